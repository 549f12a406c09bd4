package dev.nptune.host;

import dev.nptune.host.Virtualization.QemuProcess;
import dev.nptune.host.Virtualization.QemuThread;
import dev.nptune.host.Virtualization.Scheduling;
import dev.nptune.internal.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads running QEMUs: up to 64 of them, 1024 threads each, command lines of up to 256 KiB.
final class QemuProcessReader {
    private static final int MAX_PROCESSES = 64;
    private static final int MAX_THREADS = 1024;
    private static final int MAX_COMMAND_LINE = 256 << 10;
    /// libvirt can be told to name the process `qemu:DOMAIN`; Proxmox runs it as `kvm`.
    private static final Pattern NAME = Pattern.compile("qemu-system.*|qemu-kvm|qemu:.*|kvm");

    private static final Pattern PROGRAM = Pattern.compile("qemu-system-(?:x86_64|i386)|qemu-kvm|kvm");
    private static final Pattern TID = Pattern.compile("[1-9][0-9]{0,8}");
    private static final List<String> POLICIES =
            List.of("other", "fifo", "rr", "batch", "4", "idle", "deadline", "ext");

    private QemuProcessReader() {}

    /// The same processes, and only who they are.
    static List<RunningVm> list(Tree tree, Processes processes) {
        return processes
                .named(NAME)
                .limit(MAX_PROCESSES)
                .flatMap(process -> commandLine(tree, process).get().stream()
                        .filter(QemuProcessReader::isQemu)
                        .map(words -> new RunningVm(process.pid(), nameOf(words), words)))
                .toList();
    }

    private static Fact<List<String>> commandLine(Tree tree, Processes.Entry process) {
        return tree.bytes(process.directory() + "/cmdline", MAX_COMMAND_LINE).map(QemuProcessReader::arguments);
    }

    static List<QemuProcess> read(Tree tree, Processes processes) {
        List<Processes.Entry> candidates = processes.named(NAME).toList();
        if (candidates.size() > MAX_PROCESSES) {
            tree.noteGap(Fact.unreadable(
                    "/proc", "of " + candidates.size() + " QEMU processes only " + MAX_PROCESSES + " looked at"));
        }
        return candidates.stream()
                .limit(MAX_PROCESSES)
                .flatMap(process -> process(tree, process).stream())
                .toList();
    }

    private static Optional<QemuProcess> process(Tree tree, Processes.Entry process) {
        String directory = process.directory();
        Fact<List<String>> arguments = commandLine(tree, process);
        boolean other = arguments instanceof Fact.Absent // has ended since
                || arguments.get().filter(a -> !isQemu(a)).isPresent();
        if (other) {
            return Optional.empty();
        }
        Fact<Map<String, String>> status = tree.text(directory + "/status").map(QemuProcessReader::fields);
        return Optional.of(new QemuProcess(
                process.pid(),
                name(arguments),
                arguments,
                Values.field(status, "VmLck", Values::bytes),
                Values.field(status, "HugetlbPages", Values::bytes),
                QemuMemoryReader.read(tree, process.pid()),
                threads(tree, directory + "/task")));
    }

    /// Arguments end with a NUL each.
    static List<String> arguments(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        String bare = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return bare.isEmpty()
                ? List.of()
                : Arrays.stream(bare.split("\0", -1)).map(Printable::line).toList();
    }

    private static boolean isQemu(List<String> arguments) {
        if (arguments.isEmpty()) {
            return false; // a kernel thread, such as those of KVM
        }
        String program = arguments.getFirst();
        return PROGRAM.matcher(program.substring(program.lastIndexOf('/') + 1)).matches();
    }

    private static Fact<String> name(Fact<List<String>> arguments) {
        return switch (arguments) {
            case Fact.Known<List<String>>(List<String> words, String source) ->
                nameOf(words).map(n -> Fact.known(n, source)).orElse(Fact.absent(source));
            case Fact.Absent<List<String>>(String source) -> Fact.absent(source);
            case Fact.Unreadable<List<String>>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }

    /// `-name guest=win10,debug-threads=on`, `-name win10`; a comma in a name is written twice.
    static Optional<String> nameOf(List<String> arguments) {
        int option = Math.max(arguments.lastIndexOf("-name"), arguments.lastIndexOf("--name"));
        if (option < 0 || option + 1 >= arguments.size()) {
            return Optional.empty();
        }
        List<String> settings = Arrays.stream(
                        arguments.get(option + 1).replace(",,", "\0").split(","))
                .map(setting -> setting.replace('\0', ','))
                .toList();
        return settings.stream()
                .filter(setting -> setting.startsWith("guest="))
                .map(setting -> setting.substring("guest=".length()))
                .findFirst()
                .or(() -> settings.stream().findFirst().filter(setting -> !setting.contains("=")));
    }

    private static Map<String, String> fields(String status) {
        Map<String, String> fields = new HashMap<>();
        status.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    private static List<QemuThread> threads(Tree tree, String directory) {
        List<Integer> tids = tree.namesOrGap(directory).stream()
                .filter(name -> TID.matcher(name).matches())
                .map(Integer::valueOf)
                .sorted()
                .toList();
        if (tids.size() > MAX_THREADS) {
            tree.noteGap(
                    Fact.unreadable(directory, "of " + tids.size() + " threads only " + MAX_THREADS + " looked at"));
        }
        return tids.stream()
                .limit(MAX_THREADS)
                .map(tid -> thread(tree, tid, directory + "/" + tid))
                .toList();
    }

    private static QemuThread thread(Tree tree, int tid, String directory) {
        Fact<Map<String, String>> status = tree.text(directory + "/status").map(QemuProcessReader::fields);
        return new QemuThread(
                tid,
                tree.value(directory + "/comm"),
                Values.field(status, "Cpus_allowed_list", CpuSet::parse),
                tree.value(directory + "/stat").map(QemuProcessReader::scheduling));
    }

    /// Fields 19 (nice), 39 (processor), 40 (rt_priority) and 41 (policy) of proc_pid_stat(5). The second, the name,
    /// may hold blanks and parentheses, so that counting starts behind the last `)`.
    ///
    /// @throws IllegalArgumentException if there are fewer fields
    static Scheduling scheduling(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        int third = 3;
        if (fields.length <= 41 - third) {
            throw new IllegalArgumentException("too few fields: '" + Values.brief(stat) + "'");
        }
        int policy = Values.integer(fields[41 - third]);
        return new Scheduling(
                policy >= 0 && policy < POLICIES.size() ? POLICIES.get(policy) : Integer.toString(policy),
                Values.integer(fields[40 - third]),
                Values.integer(fields[19 - third]),
                Values.integer(fields[39 - third]));
    }
}
