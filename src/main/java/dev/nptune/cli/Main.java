package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException.Exit;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/// Where the program starts.
public final class Main {
    private Main() {}

    /// Runs a command and ends the program with its exit code.
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // figures with a point, wherever this runs
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        boolean debug = List.of(args).contains("--debug");
        int status = guarded(() -> new Cli(out, err, System.getenv()).run(args), err, debug);
        HoldExit.said();
        System.exit(status);
    }

    /// Runs what may end with more than an exception: memory or stack used up, a class missing.
    static int guarded(IntSupplier command, PrintStream err, boolean debug) {
        try {
            return command.getAsInt();
        } catch (Error e) {
            err.println("nptune: the Java machine gave up: " + Printable.line(String.valueOf(e)));
            err.println("  next: run it again with --debug and report what it prints; if a plan was being applied,"
                    + " nptune history says what came of it");
            if (debug) {
                e.printStackTrace(err);
            }
            return Exit.CANNOT.code();
        }
    }
}
