package dev.nptune.host;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Asks the virtualization programs of this machine for their versions.
public final class LiveTools {
    static final String QEMU = "qemu-system-x86_64";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern QEMU_VERSION = Pattern.compile("(?m)^QEMU emulator version (\\d[\\w.+~-]{0,40})");
    private static final Pattern DAEMON = Pattern.compile("(?m)^Running against daemon: (\\d[\\w.+~-]{0,40})");
    private static final Pattern LIBVIRTD = Pattern.compile("(?m)^\\S{1,60} \\(libvirt\\) (\\d[\\w.+~-]{0,40})");

    private final List<Path> directories;

    private LiveTools(List<Path> directories) {
        this.directories = directories;
    }

    /// Runs the programs found on `PATH` or in the places distributions keep them, thirty seconds each at most.
    ///
    /// A program that is not installed is absent. The libvirt daemon is asked through `virsh`, read-only;
    /// where that fails, its own `--version` counts.
    public static Tools probe() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return probe(Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/usr/libexec"))
                .filter(directory -> directory.startsWith("/"))
                .map(Path::of)
                .distinct()
                .toList());
    }

    static Tools probe(List<Path> directories) {
        LiveTools tools = new LiveTools(directories);
        Fact<String> qemu = tools.ask(QEMU_VERSION, QEMU, "--version");
        if (qemu instanceof Fact.Absent<String>) {
            qemu = orElse(tools.ask(QEMU_VERSION, "qemu-kvm", "--version"), qemu);
        }
        return new Tools(qemu, tools.libvirt());
    }

    private Fact<String> libvirt() {
        Fact<String> first = ask(DAEMON, "virsh", "--readonly", "--connect", "qemu:///system", "version", "--daemon");
        if (first instanceof Fact.Known<String>) {
            return first;
        }
        for (String daemon : List.of("libvirtd", "virtqemud")) {
            Fact<String> version = ask(LIBVIRTD, daemon, "--version");
            if (version instanceof Fact.Known<String>) {
                return version;
            }
        }
        return first;
    }

    private static Fact<String> orElse(Fact<String> fact, Fact<String> ifAbsent) {
        return fact instanceof Fact.Absent<String> ? ifAbsent : fact;
    }

    private Fact<String> ask(Pattern version, String program, String... arguments) {
        String source = program + " " + String.join(" ", arguments);
        Optional<Path> file = directories.stream()
                .map(directory -> directory.resolve(program))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .findFirst();
        if (file.isEmpty()) {
            return Fact.absent(source);
        }
        try {
            Exec.Result result = Exec.run(
                    LIMIT,
                    Stream.concat(Stream.of(file.get().toString()), Arrays.stream(arguments))
                            .toList());
            return result.ok()
                    ? Fact.known(result.out(), source).map(out -> version(version, out))
                    : Fact.unreadable(source, "exit status " + result.exit() + ": " + Values.brief(result.complaint()));
        } catch (IOException e) {
            return Fact.unreadable(source, Printable.line(String.valueOf(e.getMessage())));
        }
    }

    /// The version in a program's answer.
    ///
    /// @throws IllegalArgumentException if there is none
    private static String version(Pattern pattern, String output) {
        Matcher m = pattern.matcher(output);
        if (!m.find()) {
            throw new IllegalArgumentException("no version in the answer: '" + Values.brief(output.strip()) + "'");
        }
        return m.group(1);
    }
}
