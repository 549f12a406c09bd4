package dev.nptune.doctor;

import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Memory that a domain shares with a Looking Glass client.
///
/// @param path where the domain says so, as an XPath relative to `/domain`
/// @param file what backs it: `/dev/shm/looking-glass`, `/dev/kvmfr0`
/// @param bytes its size; empty where it is not said
record LookingGlass(String path, String file, Optional<Long> bytes) {
    private static final Pattern FILE = Pattern.compile(
            "mem-path(?:=|\"\\s{0,4}:\\s{0,4}\")(/dev/(?:shm/looking-glass[^,\"]{0,64}|kvmfr\\d{1,3}))");
    private static final Pattern SIZE =
            Pattern.compile("\\bsize(?:=|\"\\s{0,4}:\\s{0,4}\"?)(\\d{1,12})([KMG]?)", Pattern.CASE_INSENSITIVE);

    static List<LookingGlass> of(Domain domain) {
        Stream<LookingGlass> shmem = domain.root().all("devices/shmem").stream()
                .filter(e -> e.attribute("name")
                        .filter(n -> n.startsWith("looking-glass"))
                        .isPresent())
                .map(e -> new LookingGlass(
                        e.path(), "/dev/shm/" + e.attribute("name").orElseThrow(), size(e)));
        Stream<LookingGlass> arguments = domain.qemuArguments().stream()
                .filter(a -> a.value().contains("memory-backend-file"))
                .flatMap(a -> FILE.matcher(a.value())
                        .results()
                        .map(m -> new LookingGlass(a.path() + "/@value", m.group(1), size(a.value()))));
        return Stream.concat(shmem, arguments).toList();
    }

    boolean inModule() {
        return file.startsWith("/dev/kvmfr");
    }

    private static Optional<Long> size(Element shmem) {
        return shmem.child("size")
                .flatMap(e -> scaled(e.content(), e.attribute("unit").orElse("B")));
    }

    private static Optional<Long> size(String argument) {
        Matcher m = SIZE.matcher(argument);
        return m.find() ? scaled(m.group(1), m.group(2)) : Optional.empty();
    }

    /// A number with a unit that begins with K, M or G; anything else is bytes.
    private static Optional<Long> scaled(String number, String unit) {
        if (!number.matches("\\d{1,12}")) {
            return Optional.empty();
        }
        int power = unit.isEmpty() ? 0 : 1 + "KMG".indexOf(Character.toUpperCase(unit.charAt(0)));
        return Optional.of(Long.parseLong(number) << (10 * power));
    }
}
