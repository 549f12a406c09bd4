package dev.nptune.host;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Times reading a machine beside the programs that show the same: `lscpu`, `lspci -vv`, `lstopo` and a group listing.
///
/// No test: what it prints depends on what else the machine does, and decides nothing. After `mvn test-compile`:
///
/// ```
/// java -cp 'target/classes:target/test-classes:target/lib/*' dev.nptune.host.ScanTiming [ROUNDS]
/// ```
///
/// The machine is the Threadripper of [Machines] below `/dev/shm`: 16 cores, 32 CPUs, 69 PCI functions, 65 of them with
/// 4096 bytes of configuration space. Each round starts everything once, one after the other, so that all meet the same
/// load; of the rounds the medians count. The reader runs in a new virtual machine with the launcher's flags and is
/// timed inside: the first read and, after [#WARM_UP] more, the median of [#LATER]. Its processor time is that of the
/// thread that reads;
/// that of the programs is of the whole process, for they do nothing else.
final class ScanTiming {
    private static final int WARM_UP = 100;
    private static final int LATER = 20;
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED");
    private static final List<String> PROGRAMS = List.of("lscpu", "lspci", "lstopo", "groups");

    private ScanTiming() {}

    /// Milliseconds.
    private record Time(double wall, double cpu) {
        Time plus(Time other) {
            return new Time(wall + other.wall, cpu + other.cpu);
        }
    }

    /// Compares, or, in a new virtual machine, reads.
    ///
    /// @param args how many rounds; in the new virtual machine, `read` and a directory
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2 && args[0].equals("read")) {
            read(Path.of(args[1]));
            return;
        }
        Path root = Files.createTempDirectory(Path.of("/dev/shm"), "nptune");
        try {
            Machines.unpack(Machines.THREADRIPPER, root);
            compare(root, args.length == 0 ? 11 : Integer.parseInt(args[0]));
        } finally {
            Machines.delete(root);
        }
    }

    /// Prints two lines, wall and processor nanoseconds each: of the first read, and of a later one.
    private static void read(Path root) throws IOException {
        processorTime(); // its own classes are not to count
        long[] first = once(root);
        for (int i = 0; i < WARM_UP; i++) {
            once(root);
        }
        long[][] later = new long[LATER][];
        for (int i = 0; i < LATER; i++) {
            later[i] = once(root);
        }
        System.out.println(first[0] + " " + first[1]);
        System.out.println(median(Arrays.stream(later).mapToDouble(t -> t[0]).toArray()) + " "
                + median(Arrays.stream(later).mapToDouble(t -> t[1]).toArray()));
    }

    private static long[] once(Path root) throws IOException {
        long cpu = processorTime();
        long start = System.nanoTime();
        Host host = HostReader.read(root);
        long end = System.nanoTime();
        if (host.pci().size() < 60 || host.cpu().logical().size() != 32) {
            throw new IllegalStateException("not the machine it should be");
        }
        return new long[] {end - start, processorTime() - cpu};
    }

    /// Nanoseconds this thread has run; the kernel is asked, for the beans that know it load half a class library.
    private static long processorTime() throws IOException {
        try (InputStream in = new FileInputStream("/proc/thread-self/schedstat")) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        }
    }

    private static void compare(Path root, int rounds) throws IOException, InterruptedException {
        Map<String, List<Time>> times = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            List<String> lines = output(reader(root)).lines().toList();
            note(times, "first read", time(lines.get(0)));
            note(times, "later read", time(lines.get(1)));
            Time union = new Time(0, 0);
            for (String program : PROGRAMS) {
                Time time = program(root, program);
                note(times, program, time);
                union = union.plus(time);
            }
            note(times, "all programs", union);
        }
        Time union = median(times.getOrDefault("all programs", List.of()));
        System.out.printf(
                Locale.ROOT,
                "%d rounds, medians%n%-14s%10s%10s%12s%10s%n",
                rounds,
                "",
                "wall ms",
                "cpu ms",
                "of all wall",
                "cpu");
        times.forEach((name, all) -> {
            Time time = median(all);
            System.out.printf(
                    Locale.ROOT,
                    "%-14s%10.1f%10.1f%12.2f%10.2f%n",
                    name,
                    time.wall(),
                    time.cpu(),
                    time.wall() / union.wall(),
                    time.cpu() / union.cpu());
        });
    }

    private static void note(Map<String, List<Time>> times, String name, Time time) {
        times.computeIfAbsent(name, _ -> new ArrayList<>()).add(time);
    }

    private static Time time(String line) {
        String[] words = line.split(" ");
        return new Time(Double.parseDouble(words[0]) / 1e6, Double.parseDouble(words[1]) / 1e6);
    }

    private static Time median(List<Time> times) {
        return new Time(
                median(times.stream().mapToDouble(Time::wall).toArray()),
                median(times.stream().mapToDouble(Time::cpu).toArray()));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<String> reader(Path root) {
        return Stream.of(
                        List.of(Path.of(System.getProperty("java.home"), "bin", "java") + ""),
                        FLAGS,
                        List.of("-cp", System.getProperty("java.class.path"), ScanTiming.class.getName()),
                        List.of("read", root + ""))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> command(Path root, String program) {
        return switch (program) {
            case "lscpu" -> List.of("lscpu", "--sysroot", root + "");
            case "lspci" -> List.of("lspci", "-vv", "-O", "sysfs.path=" + root + "/sys/bus/pci");
            case "lstopo" -> List.of("lstopo-no-graphics", "--input", root + "", "--of", "console");
            case "groups" -> List.of("sh", "-c", """
                            for group in "$0"/sys/kernel/iommu_groups/*; do
                                for device in "$group"/devices/*; do
                                    echo "${group##*/} ${device##*/}"
                                done
                            done""", root + "");
            default -> throw new IllegalArgumentException(program);
        };
    }

    /// A program's time from its start to its end. The processor time is what bash says of its children on the
    /// second line of `times`; other shells count in ticks of 10 ms.
    private static Time program(Path root, String program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "\"$@\" > /dev/null; times", "bash"));
        command.addAll(command(root, program));
        long start = System.nanoTime();
        String children = output(command).lines().skip(1).findFirst().orElseThrow();
        double wall = (System.nanoTime() - start) / 1e6;
        return new Time(
                wall,
                Stream.of(children.split(" ")).mapToDouble(ScanTiming::seconds).sum() * 1e3);
    }

    /// `0m0.010s`.
    private static double seconds(String text) {
        int minutes = text.indexOf('m');
        return Integer.parseInt(text.substring(0, minutes)) * 60
                + Double.parseDouble(text.substring(minutes + 1, text.length() - 1));
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("nptune", "errors");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + Files.readString(errors).strip());
            }
            return text;
        } finally {
            Files.delete(errors);
        }
    }
}
