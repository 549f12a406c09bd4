package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A running QEMU with its threads, as they are at one moment.
///
/// @param pid its process
/// @param started when it started, in ticks since boot: with the number it names one process only
/// @param threads by number, up to [#MOST_THREADS]
public record VmProcess(int pid, long started, List<VmThread> threads) {
    /// More than QEMU has vCPUs.
    public static final int MOST_THREADS = 2048;

    /// QEMU names them so with `debug-threads=on`, which libvirt always sets: the accelerator's name comes last.
    private static final Pattern VCPU = Pattern.compile("CPU (\\d{1,5})/[A-Za-z]+");

    private static final Pattern TID = Pattern.compile("[1-9][0-9]{0,8}");
    private static final String ALLOWED = "Cpus_allowed_list:";

    public VmProcess {
        threads = List.copyOf(threads);
    }

    /// Those that run vCPUs, by vCPU.
    public List<VmThread> vcpus() {
        return threads.stream()
                .filter(VmThread::isVcpu)
                .sorted(Comparator.comparingInt(t -> t.vcpu().orElseThrow()))
                .toList();
    }

    public List<VmThread> others() {
        return threads.stream().filter(t -> !t.isVcpu()).toList();
    }

    /// The CPUs on which vCPUs may run; those of all threads if none is known to run a vCPU.
    public CpuSet guestCpus() {
        List<VmThread> of = vcpus().isEmpty() ? threads : vcpus();
        return of.stream().map(VmThread::allowed).reduce(CpuSet.of(), CpuSet::or);
    }

    /// Reads it.
    ///
    /// @param root the machine's root directory
    /// @param told which thread runs which vCPU, if QEMU was asked; else the threads' names say it
    /// @throws NoSuchFileException if there is no such process (any more)
    /// @throws IOException if what is there cannot be read
    static VmProcess read(Path root, int pid, Map<Integer, Integer> told) throws IOException {
        Path folder = root.resolve("proc").resolve(Integer.toString(pid));
        long started = started(Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1));
        List<VmThread> threads = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder.resolve("task"))) {
            for (Path task : tasks) {
                String name = task.getFileName().toString();
                if (TID.matcher(name).matches() && threads.size() < MOST_THREADS) {
                    thread(task, Integer.parseInt(name), told, threads);
                }
            }
        }
        threads.sort(Comparator.comparingInt(VmThread::tid));
        return new VmProcess(pid, started, threads);
    }

    /// Whether its threads still have the same numbers.
    boolean hasTheSameThreads(Path root) {
        String[] names = root.resolve("proc/" + pid + "/task").toFile().list();
        if (names == null || names.length != threads.size()) {
            return false;
        }
        Set<String> now = Set.of(names);
        return threads.stream().allMatch(t -> now.contains(Integer.toString(t.tid())));
    }

    private static void thread(Path task, int tid, Map<Integer, Integer> told, List<VmThread> threads)
            throws IOException {
        try {
            String name = Printable.line(Files.readString(task.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .stripTrailing());
            threads.add(new VmThread(tid, vcpu(tid, name, told), name, allowed(task.resolve("status"))));
        } catch (NoSuchFileException _) {
            // It has ended since.
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
        }
    }

    private static OptionalInt vcpu(int tid, String name, Map<Integer, Integer> told) {
        Integer number = told.get(tid);
        if (number != null || !told.isEmpty()) {
            return number == null ? OptionalInt.empty() : OptionalInt.of(number);
        }
        Matcher m = VCPU.matcher(name);
        return m.matches() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
    }

    private static CpuSet allowed(Path status) throws IOException {
        try {
            return Files.readString(status, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .map(line -> CpuSet.parse(line.substring(ALLOWED.length())))
                    .orElse(CpuSet.of());
        } catch (IllegalArgumentException _) {
            return CpuSet.of();
        }
    }

    /// Field 22 of proc_pid_stat(5); the second may hold blanks and parentheses.
    ///
    /// @throws IOException if it is not there
    static long started(String stat) throws IOException {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        int index = 22 - 3;
        if (fields.length <= index || !fields[index].matches("\\d{1,18}")) {
            throw new IOException("a process without a start time: " + Printable.brief(stat, 80));
        }
        return Long.parseLong(fields[index]);
    }
}
