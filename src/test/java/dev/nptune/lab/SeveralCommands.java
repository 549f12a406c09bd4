package dev.nptune.lab;

import dev.nptune.cli.Cli;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Runs in the emulated host: several commands of this program in one Java machine.
///
/// There a command takes 20 to 30 s, of which all but 2 or 3 go into loading and compiling what it is made of.
final class SeveralCommands {
    private SeveralCommands() {}

    /// Runs the commands of a folder in turn, `0.argv`, `1.argv`, … (an argument a line), and leaves `0.out`, `0.err`
    /// and `0.exit` beside them.
    static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Path folder = Path.of(args[0]);
        for (int i = 0; Files.exists(folder.resolve(i + ".argv")); i++) {
            String[] argv = Files.readAllLines(folder.resolve(i + ".argv")).toArray(String[]::new);
            try (PrintStream out = stream(folder.resolve(i + ".out"));
                    PrintStream err = stream(folder.resolve(i + ".err"))) {
                int exit = new Cli(out, err, System.getenv()).run(argv);
                Files.writeString(folder.resolve(i + ".exit"), Integer.toString(exit));
            }
        }
    }

    private static PrintStream stream(Path file) throws IOException {
        return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    }
}
