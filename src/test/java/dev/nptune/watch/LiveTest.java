package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.internal.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveTest {
    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    @Test
    void aRealVm() throws Exception {
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 2);
                Live live = Live.open(Path.of("/"), qemu.pid(), "win", new Exits.Nobody("no"), false)) {
            Thread.sleep(500);
            LiveView view = live.next().orElseThrow();
            assertThat(view.seconds()).isBetween(0.4, 10.0);
            assertThat(view.vcpus()).extracting(LiveView.Vcpu::number).containsExactly(0, 1);
            assertThat(view.vcpus()).allSatisfy(vcpu -> {
                assertThat(vcpu.load()).isBetween(0.0, 1.0);
                assertThat(vcpu.delay()).isBetween(0.0, 1100.0);
                assertThat(vcpu.cpu().orElseThrow())
                        .matches(cpu -> vcpu.allowed().contains(cpu));
                assertThat(vcpu.exits()).isEmpty();
            });
            assertThat(view.cpus()).hasSize(view.vcpus().getFirst().allowed().size());
            assertThat(view.cpus()).allSatisfy(cpu -> {
                assertThat(cpu.busy()).isBetween(0.0, 1.0);
                assertThat(cpu.others()).isBetween(0.0, 1.0);
            });
            assertThat(view.interrupts().orElseThrow()).isNotEmpty();
            assertThat(view.exits()).isEmpty();
            assertThat(view.memory().resident().orElseThrow()).isPositive();
            assertThat(Json.read(Json.compact(view), LiveView.class)).isEqualTo(view);
            qemu.end();
            assertThat(live.next()).isEmpty();
        }
    }
}
