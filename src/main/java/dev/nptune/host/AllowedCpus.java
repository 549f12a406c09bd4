package dev.nptune.host;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// On which CPUs the process that read a machine, or gathered its files, may run: `/proc/self/status`, or, where that
/// was not kept, the cpuset of its control group.
final class AllowedCpus {
    private static final String STATUS = "/proc/self/status";
    private static final String KEY = "Cpus_allowed_list:";
    private static final String CGROUP = "/proc/self/cgroup";
    private static final int MAX_PARENTS = 32;

    private final Tree tree;

    private AllowedCpus(Tree tree) {
        this.tree = tree;
    }

    static Fact<CpuSet> read(Tree tree) {
        AllowedCpus allowed = new AllowedCpus(tree);
        return Values.firstKnown(allowed::status, allowed::cpuset);
    }

    private Fact<CpuSet> status() {
        Fact<String> status = tree.text(STATUS);
        Optional<String> list = status.get()
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(KEY))
                        .map(line -> line.substring(KEY.length()).strip())
                        .findFirst());
        return list.map(text -> Fact.known(text, STATUS).map(CpuSet::parse))
                .orElseGet(() -> status instanceof Fact.Known<String> ? Fact.absent(STATUS) : Values.unknown(status));
    }

    /// The first mounted cpuset hierarchy that knows the group.
    private Fact<CpuSet> cpuset() {
        Fact<String> mounts = tree.text("/proc/mounts");
        return mounts.get().stream()
                .flatMap(String::lines)
                .map(line -> line.split(" ", 5))
                .filter(fields -> fields.length >= 4)
                .flatMap(fields -> in(fields[1], fields[2], Arrays.asList(fields[3].split(","))))
                .findFirst()
                .orElseGet(() -> mounts instanceof Fact.Known<String> ? Fact.absent(CGROUP) : Values.unknown(mounts));
    }

    private Stream<Fact<CpuSet>> in(String mount, String type, List<String> options) {
        return switch (type) {
            case "cgroup2" -> group("").flatMap(group -> effective(mount, group)).stream();
            case "cgroup" ->
                options.contains("cpuset")
                        ? cpus(mount, options.contains("noprefix") ? "/cpus" : "/cpuset.cpus")
                        : Stream.empty();
            case "cpuset" -> cpus(mount, "/cpus");
            default -> Stream.empty();
        };
    }

    private Stream<Fact<CpuSet>> cpus(String mount, String file) {
        return group("cpuset")
                .or(() -> tree.value("/proc/self/cpuset").get())
                .flatMap(group -> known(mount + group + file))
                .stream();
    }

    /// Version 2 has the file only where the controller is on; a group without it has what its parent has.
    private Optional<Fact<CpuSet>> effective(String mount, String group) {
        String path = group;
        for (int i = 0; i < MAX_PARENTS; i++) {
            Optional<Fact<CpuSet>> found = known(mount + path + "/cpuset.cpus.effective");
            if (found.isPresent() || path.isEmpty()) {
                return found;
            }
            path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
        return Optional.empty();
    }

    private Optional<Fact<CpuSet>> known(String path) {
        Fact<CpuSet> cpus = tree.value(path).map(CpuSet::parse);
        return cpus.get().filter(set -> !set.isEmpty()).isPresent() ? Optional.of(cpus) : Optional.empty();
    }

    /// The group of this process in the hierarchy of a controller; that of version 2 has no name.
    private Optional<String> group(String controller) {
        return tree.text(CGROUP)
                .get()
                .flatMap(text -> text.lines()
                        .map(line -> line.split(":", 3))
                        .filter(fields -> fields.length == 3)
                        .filter(fields ->
                                Arrays.asList(fields[1].split(",", -1)).contains(controller))
                        .map(fields -> fields[2])
                        .findFirst());
    }
}
