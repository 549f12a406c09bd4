package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.host.Machines;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Times the doctor over a thousand VMs of one machine, the Threadripper of [Machines].
///
/// No test: what it prints depends on what else the machine does, and decides nothing. After `mvn test-compile`:
///
/// ```
/// java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
///     -cp 'target/classes:target/test-classes:target/lib/*' dev.nptune.doctor.DoctorTiming [DIRECTORY]
/// ```
///
/// The VMs are those of the four machines, or the XML files of a directory, over and over; each is parsed anew, all on
/// as many threads as `nptune doctor` takes. The
/// first
/// line is of a virtual machine that has just started, the others of the same one later.
final class DoctorTiming {
    private static final int VMS = 1000;
    private static final int ROUNDS = 5;

    private DoctorTiming() {}

    public static void main(String[] args) throws IOException {
        Host host = Machines.host(Machines.THREADRIPPER);
        List<String> texts = args.length == 0 ? ofMachines() : ofDirectory(Path.of(args[0]));
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            int findings = Doctor.examineHost(host).findings().size()
                    + IntStream.range(0, VMS)
                            .parallel()
                            .map(i -> Doctor.examineDomain(host, Domain.parse(texts.get(i % texts.size())))
                                    .findings()
                                    .size())
                            .sum();
            System.out.printf(
                    Locale.ROOT,
                    "%d VMs parsed and examined in %.0f ms, %d findings%n",
                    VMS,
                    (System.nanoTime() - start) / 1e6,
                    findings);
        }
    }

    private static List<String> ofMachines() {
        return Machines.NAMES.stream()
                .map(Machines::host)
                .flatMap(h -> h.virtualization().domains().stream())
                .flatMap(d -> d.xml().get().stream())
                .toList();
    }

    private static List<String> ofDirectory(Path directory) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".xml")).sorted().toList()) {
                String text = Files.readString(file);
                try {
                    Domain.parse(text);
                    texts.add(text);
                } catch (IllegalArgumentException e) {
                    System.err.println(file.getFileName() + ": " + e.getMessage());
                }
            }
        }
        return texts;
    }
}
