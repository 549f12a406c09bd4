package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.ShellText;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The QEMU that emulates the host, and that libvirt runs inside it.
///
/// @param program its absolute path
public record Qemu(Path program) {
    /// The oldest that the command lines were tried with.
    private static final int OLDEST_MAJOR = 7;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("QEMU emulator version (\\d+)\\.(\\d+)\\S*");
    private static final String NEWER = "install a newer QEMU (Debian 12 has 7.2)";

    /// Finds it and asks its version.
    ///
    /// @param path the value of `PATH`
    /// @throws UserException if it is missing, does not run or is too old
    public static Qemu find(@Nullable String path) throws UserException {
        Path program = Programs.find("qemu-system-x86_64", path)
                .orElseThrow(() -> new UserException(
                        Exit.CANNOT, "qemu-system-x86_64 is not installed", "apt-get install qemu-system-x86"));
        String said = version(program).lines().findFirst().orElse("nothing");
        Matcher m = VERSION.matcher(said);
        if (!m.lookingAt()) {
            throw new UserException(
                    Exit.CANNOT, program + " does not tell QEMU's version: it says '" + said + "'", NEWER);
        }
        if (Integer.parseInt(m.group(1)) < OLDEST_MAJOR) {
            throw new UserException(
                    Exit.CANNOT,
                    program + " is too old for the lab: it says '" + said + "'; " + OLDEST_MAJOR
                            + ".0 is the oldest that will do",
                    NEWER);
        }
        return new Qemu(program);
    }

    private static String version(Path program) throws UserException {
        String next = "see what it says: " + program + " --version";
        try {
            Exec.Result result = Exec.run(LIMIT, List.of(program.toString(), "--version"));
            if (!result.ok()) {
                String complaint = result.complaint();
                throw new UserException(
                        Exit.CANNOT,
                        program + " does not run: it ended with status " + result.exit()
                                + (complaint.isEmpty() ? "" : ": " + complaint),
                        next);
            }
            return result.out();
        } catch (IOException e) {
            throw new UserException(Exit.CANNOT, program + " does not run: " + IoReason.of(e), next, e);
        }
    }

    /// Its path within XML.
    String inXml() {
        return program.toString().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /// Its path as one word of a shell.
    String inShell() {
        return ShellText.quoted(program.toString());
    }
}
