package dev.nptune.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.Fact;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskImageTest {
    @TempDir
    private Path folder;

    @Test
    void anImageWithHoles() throws IOException {
        assumeTrue(Programs.find("qemu-img", System.getenv("PATH")).isPresent(), "qemu-img is not installed");
        Path image = folder.resolve("-a b.qcow2");
        Exec.run(Duration.ofSeconds(20), List.of("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "1G"));

        DiskImage read = DiskImage.read(image).get().orElseThrow();
        assertThat(read.format()).isEqualTo("qcow2");
        assertThat(read.virtualBytes()).isEqualTo(1L << 30);
        assertThat(read.allocatedBytes()).isBetween(1L, 10L << 20);
        assertThat(read.backed()).isFalse();
    }

    @Test
    void whatCannotBeLookedAt() {
        assertThat(DiskImage.read(folder.resolve("gone"))).isInstanceOf(Fact.Unreadable.class);
        assertThat(Fact.known("{\"format\":\"raw\"}", "x").map(DiskImage::parse))
                .isInstanceOf(Fact.Unreadable.class);
    }
}
