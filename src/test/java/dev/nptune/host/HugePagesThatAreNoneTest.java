package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.QemuMemory.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real QEMU with memory from a folder that is no hugetlbfs: it says nothing, and its mapping shows it.
class HugePagesThatAreNoneTest {
    private static final long SIZE = 192L << 20;
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";

    @TempDir
    private Path folder;

    @Test
    void theMappingTellsThePageSize() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of(QEMU)), "QEMU is not installed");
        Process qemu = new ProcessBuilder(List.of(
                        QEMU,
                        "-nodefaults",
                        "-display",
                        "none",
                        "-S",
                        "-accel",
                        "tcg",
                        "-m",
                        "192",
                        "-mem-path",
                        folder.toString(),
                        "-mem-prealloc",
                        "-name",
                        "guest=win"))
                .redirectErrorStream(true)
                .start();
        try {
            Mapping mapping = mapping((int) qemu.pid());
            assertThat(mapping.name()).startsWith(folder.toRealPath().toString());
            assertThat(mapping.size()).isEqualTo(SIZE);
            assertThat(mapping.page()).isEqualTo(4096);
            assertThat(mapping.pool()).isZero();
            assertThat(LiveVm.read(Path.of("/"), (int) qemu.pid()).name().get()).contains("win");
        } finally {
            qemu.destroyForcibly().waitFor();
        }
    }

    /// The guest's, once all of it is there.
    private static Mapping mapping(int pid) throws InterruptedException {
        Tree tree = new Tree(Path.of("/"));
        for (int i = 0; i < 300; i++) {
            Optional<Mapping> largest = QemuMemoryReader.read(tree, pid).mappings().get().stream()
                    .flatMap(List::stream)
                    .filter(m -> m.size() == SIZE && m.resident() == SIZE)
                    .findFirst();
            if (largest.isPresent()) {
                return largest.get();
            }
            Thread.sleep(100);
        }
        throw new AssertionError("QEMU has no memory of that size");
    }
}
