package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Where `taskset` and `numactl` before the program put all of QEMU's threads and the guest's memory.
final class QemuPlacement {
    private final QemuTranslation all;
    private final List<String> prefix;

    QemuPlacement(QemuTranslation all, List<String> prefix) {
        this.all = all;
        this.prefix = prefix;
    }

    void translate() {
        String said = String.join(" ", prefix);
        for (int i = 0; i < prefix.size(); i++) {
            switch (prefix.get(i)) {
                case "taskset" -> taskset(said, prefix.subList(i + 1, prefix.size()));
                case "numactl" -> numactl(said, prefix.subList(i + 1, prefix.size()));
                default -> {}
            }
        }
    }

    private void taskset(String said, List<String> words) {
        boolean list = words.stream().anyMatch(w -> w.matches("-[a-z]*c[a-z]*|--cpu-list"));
        Optional<CpuSet> cpus =
                words.stream().filter(w -> !w.startsWith("-")).findFirst().flatMap(w -> list ? cpus(w) : mask(w));
        bind(said, cpus);
    }

    private void numactl(String said, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String option = equals > 0 ? word.substring(0, equals) : word;
            String value = equals > 0 ? word.substring(equals + 1) : i + 1 < words.size() ? words.get(i + 1) : "";
            switch (option) {
                case "-C", "--physcpubind" -> bind(said, cpus(value));
                case "-m", "--membind" -> memory(said, "strict", value);
                case "-i", "--interleave" -> memory(said, "interleave", value);
                case "-p", "--preferred" -> memory(said, "preferred", value);
                case "-N", "--cpunodebind" -> all.note(said + ": the CPUs of that node are not looked up");
                default -> {}
            }
        }
    }

    private void bind(String said, Optional<CpuSet> cpus) {
        if (cpus.isEmpty()) {
            all.note(said);
        }
        cpus.ifPresent(c -> all.at("vcpu").set("cpuset", c.toString()).from(said, "cpuset"));
    }

    private void memory(String said, String mode, String nodes) {
        if (cpus(nodes).isEmpty()) {
            all.note(said);
            return;
        }
        all.at("numatune").at("memory").set("mode", mode).set("nodeset", nodes).from(said);
    }

    private static Optional<CpuSet> cpus(String list) {
        try {
            return Optional.of(CpuSet.parse(list)).filter(c -> !c.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<CpuSet> mask(String hex) {
        String digits = hex.replaceFirst("^0[xX]", "").replace(",", "");
        if (!digits.matches("[0-9a-fA-F]{1,256}")) {
            return Optional.empty();
        }
        BigInteger mask = new BigInteger(digits, 16);
        int[] cpus = IntStream.range(0, mask.bitLength()).filter(mask::testBit).toArray();
        return Optional.of(CpuSet.of(cpus)).filter(c -> !c.isEmpty());
    }
}
