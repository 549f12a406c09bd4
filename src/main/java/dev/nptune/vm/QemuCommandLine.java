package dev.nptune.vm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// How QEMU is started: the program, its arguments, and what stands around them.
///
/// Bounds: [#MAX_CHARS] characters of text and [ShellWords#MAX_WORDS] words. Nothing in the text is ever run.
///
/// @param program the program as named, `/usr/bin/qemu-system-x86_64`
/// @param arguments its arguments, one word each
/// @param prefix the words before it in its command: `sudo`, `taskset -c 4-11`
/// @param environment variables set for it, as `NAME=value`
/// @param remarks what could not be made out around it, in sentences
public record QemuCommandLine(
        String program, List<String> arguments, List<String> prefix, List<String> environment, List<String> remarks) {
    /// The longest text read: 1 Mi characters, or bytes.
    public static final int MAX_CHARS = 1 << 20;

    private static final Pattern QEMU = Pattern.compile("(?:.*/)?\\.?qemu-system-[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern KVM = Pattern.compile("(?:.*/)?(?:qemu-kvm|kvm)(?:-spice)?");
    private static final Pattern NESTED =
            Pattern.compile("(?:^|.*[\\s/])(?:qemu-system-[A-Za-z0-9_]+|qemu-kvm|kvm)\\s+-.*", Pattern.DOTALL);
    /// Words after which a program may stand; `kvm` alone is too common a word to be taken for one elsewhere.
    private static final Set<String> WRAPPERS = Set.of(
            "sudo",
            "doas",
            "pkexec",
            "env",
            "exec",
            "nice",
            "ionice",
            "nohup",
            "setsid",
            "time",
            "taskset",
            "chrt",
            "numactl",
            "systemd-run",
            "systemd-inhibit",
            "cgexec",
            "strace",
            "gdb",
            "then",
            "do",
            "else",
            "{",
            "!",
            "if");
    private static final String LIBVIRT_START = "starting up libvirt version";

    public QemuCommandLine {
        arguments = List.copyOf(arguments);
        prefix = List.copyOf(prefix);
        environment = List.copyOf(environment);
        remarks = List.copyOf(remarks);
    }

    /// Reads a shell script that starts QEMU, a log that libvirt keeps of it, its arguments alone, or what
    /// `/proc/PID/cmdline` holds.
    ///
    /// @throws IllegalArgumentException if no QEMU is started there or the text is out of bounds, saying what
    public static QemuCommandLine parse(byte[] content) {
        if (content.length > MAX_CHARS) {
            throw tooLong();
        }
        return parse(new String(content, StandardCharsets.UTF_8));
    }

    /// Reads text as [#parse(byte\[\])] does.
    public static QemuCommandLine parse(String text) {
        if (text.length() > MAX_CHARS) {
            throw tooLong();
        }
        return text.indexOf('\0') >= 0 ? ofProcess(text) : ofScript(withoutLog(text));
    }

    private static IllegalArgumentException tooLong() {
        return new IllegalArgumentException("longer than 1 MiB, which no QEMU command line is");
    }

    private static QemuCommandLine ofProcess(String text) {
        String bare = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        List<String> words = Arrays.asList(bare.split("\0", -1));
        if (words.size() > ShellWords.MAX_WORDS) {
            throw new IllegalArgumentException("more than " + ShellWords.MAX_WORDS + " words");
        }
        return found(words, List.of(), List.of())
                .orElseThrow(() -> new IllegalArgumentException(
                        "the process is no QEMU: its words name neither qemu-system-… nor kvm"));
    }

    /// Of a log of libvirt's, the last start in it; other text as it is.
    private static String withoutLog(String text) {
        int start = text.lastIndexOf(LIBVIRT_START);
        if (start < 0) {
            return text;
        }
        StringBuilder command = new StringBuilder();
        for (String line : text.substring(start).lines().skip(1).toList()) {
            command.append(line).append('\n');
            if (!line.stripTrailing().endsWith("\\")) {
                break;
            }
        }
        return command.toString();
    }

    private static QemuCommandLine ofScript(String text) {
        List<ShellWords.Command> commands = ShellWords.read(text);
        List<String> exported = new ArrayList<>();
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            ShellWords.Command command = commands.get(i);
            if (command.words().equals(List.of("export"))) {
                exported.addAll(command.environment());
            }
            int index = i;
            List<String> environment = new ArrayList<>(exported);
            environment.addAll(command.environment());
            found(command.words(), environment, List.of())
                    .or(() -> nested(command.words(), environment))
                    .ifPresent(q -> found.add(new Found(q, index)));
        }
        return found.stream()
                .max(Comparator.comparingInt(f -> f.line().arguments().size()))
                .map(best -> best.line().withRemarks(remarks(commands, best, found.size())))
                .or(() -> argumentsAlone(commands))
                .orElseThrow(() -> new IllegalArgumentException(
                        "no QEMU is started there: no command names qemu-system-…, qemu-kvm or kvm"));
    }

    private record Found(QemuCommandLine line, int command) {}

    private static Optional<QemuCommandLine> found(List<String> words, List<String> environment, List<String> remarks) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean kvm = KVM.matcher(word).matches() && (i == 0 || WRAPPERS.contains(words.getFirst()));
            if (kvm || QEMU.matcher(word).matches()) {
                return Optional.of(new QemuCommandLine(
                        word, words.subList(i + 1, words.size()), words.subList(0, i), environment, remarks));
            }
        }
        return Optional.empty();
    }

    /// The command within a word of another: `su -c "qemu-system-x86_64 -m 8G"`.
    private static Optional<QemuCommandLine> nested(List<String> words, List<String> environment) {
        return words.stream()
                .filter(w -> NESTED.matcher(w).matches())
                .flatMap(w -> ShellWords.read(w).stream())
                .flatMap(c -> found(c.words(), environment, List.of()).stream())
                .findFirst();
    }

    private static Optional<QemuCommandLine> argumentsAlone(List<ShellWords.Command> commands) {
        return commands.stream()
                .map(ShellWords.Command::words)
                .filter(words -> !words.isEmpty() && words.getFirst().matches("--?[a-z].*"))
                .max(Comparator.comparingInt(List::size))
                .map(words -> new QemuCommandLine("qemu-system-x86_64", words, List.of(), List.of(), List.of()));
    }

    private static List<String> remarks(List<ShellWords.Command> commands, Found best, int found) {
        List<String> remarks = new ArrayList<>();
        if (found > 1) {
            remarks.add("of " + found + " commands that name QEMU, the one with the most arguments was taken");
        }
        List<String> branched = commands.subList(0, best.command()).stream()
                .flatMap(c -> c.assigned().stream())
                .distinct()
                .toList();
        if (!branched.isEmpty()) {
            remarks.add("the script sets " + String.join(", ", branched)
                    + " in conditions or loops: each was taken as run, once");
        }
        commands.stream()
                .skip(best.command() + 1L)
                .limit(1)
                .filter(c -> !c.words().isEmpty() && c.words().getFirst().startsWith("-"))
                .forEach(c -> remarks.add("line " + c.line() + ": " + c.words().getFirst()
                        + " and what follows is no part of the command, which ended before"
                        + " (a comment or a missing backslash ends it)"));
        return remarks;
    }

    private QemuCommandLine withRemarks(List<String> sentences) {
        return new QemuCommandLine(program, arguments, prefix, environment, sentences);
    }
}
