package dev.nptune.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Where the program starts.
public final class Main {
    private Main() {}

    /// Runs a command and ends the program with its exit code.
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // figures with a point, wherever this runs
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Cli(out, err, System.getenv()).run(args));
    }
}
