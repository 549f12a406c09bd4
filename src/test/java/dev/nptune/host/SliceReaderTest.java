package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Cpu.Slice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceReaderTest {
    private static final String CGROUP = "/sys/fs/cgroup/";

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    private List<Slice> read() {
        return SliceReader.read(new Tree(root));
    }

    @Test
    void aHookKeepsCpusForTheVm() {
        tree.file(CGROUP + "init.scope/cpuset.cpus.effective", "0-1,8-9\n");
        tree.file(CGROUP + "system.slice/cpuset.cpus.effective", "0-1,8-9\n");
        tree.file(CGROUP + "machine.slice/cpuset.cpus.effective", "0-15\n");
        tree.directory(CGROUP + "user.slice").directory(CGROUP + "dev-hugepages.mount");
        tree.file(CGROUP + "cpuset/system.slice/cpuset.effective_cpus", "3\n");

        assertThat(read())
                .containsExactly(
                        slice("init.scope/cpuset.cpus.effective", "0-1,8-9"),
                        slice("system.slice/cpuset.cpus.effective", "0-1,8-9"),
                        new Slice("user.slice", Fact.absent(CGROUP + "user.slice/cpuset.cpus.effective")),
                        slice("machine.slice/cpuset.cpus.effective", "0-15"));
    }

    @Test
    void version1() {
        tree.directory(CGROUP + "cpu/system.slice").directory(CGROUP + "unified/system.slice");
        tree.file(CGROUP + "cpuset/machine.slice/cpuset.effective_cpus", "4-7\n");
        tree.file(CGROUP + "cpuset/machine.slice/cpuset.cpus", "0-7\n");

        assertThat(read())
                .containsExactly(new Slice(
                        "machine.slice",
                        Fact.known(CpuSet.range(4, 7), CGROUP + "cpuset/machine.slice/cpuset.effective_cpus")));
    }

    private static Slice slice(String file, String cpus) {
        return new Slice(file.substring(0, file.indexOf('/')), Fact.known(CpuSet.parse(cpus), CGROUP + file));
    }

    @Test
    void withoutGroupsThereAreNone() {
        assertThat(read()).isEmpty();
        tree.directory(CGROUP + "cpuset");
        assertThat(read()).isEmpty();
    }

    @Test
    void whatIsNotUnderstood() {
        tree.file(CGROUP + "system.slice/cpuset.cpus.effective", "all\n");
        assertThat(read())
                .extracting(Slice::cpus)
                .containsExactly(
                        Fact.unreadable(CGROUP + "system.slice/cpuset.cpus.effective", "not a CPU list: 'all'"));

        tree = new TestTree(root.resolve("other")).directory("/sys/fs").link(CGROUP.substring(0, 14), "cgroup");
        Tree files = new Tree(root.resolve("other"));
        assertThat(SliceReader.read(files)).isEmpty();
        assertThat(files.gaps()).extracting(Gap::source).contains("/sys/fs/cgroup");
    }
}
