package dev.nptune.plan;

import static dev.nptune.plan.ScreenBox.CARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.plan.ScreenBox.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// NVIDIA's driver, which must be unloaded for the card to come free.
class NvidiaScreenTest {
    private static final List<String> MODULES = List.of("nvidia_drm", "nvidia_modeset", "nvidia_uvm", "nvidia");

    @TempDir
    Path root = Path.of("");

    private ScreenBox box;

    @BeforeEach
    void machine() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "flock is not installed");
        box = new ScreenBox(root, List.of("/bin/sh", "-u"), "nvidia");
        for (String module : MODULES) {
            Files.createDirectories(root.resolve("sys/module/" + module));
        }
        box.write("units/nvidia-persistenced.service", "active\n");
    }

    @AfterEach
    void end() throws Exception {
        box.close();
    }

    @Test
    void itsModulesAreUnloadedAndComeBack() throws Exception {
        assertThat(box.prepare("win11")).isEqualTo(new Answer(0, ""));
        assertThat(box.driver(CARD)).isEmpty();
        assertThat(box.asked())
                .containsExactly(
                        "stop gdm.service",
                        "stop nvidia-persistenced.service",
                        "modprobe -r nvidia_drm",
                        "modprobe -r nvidia_modeset",
                        "modprobe -r nvidia_uvm",
                        "modprobe -r nvidia");
        assertThat(box.release("win11")).isEqualTo(new Answer(0, ""));
        box.assertGivenBack();
        assertThat(box.asked().subList(6, 12))
                .containsExactly(
                        "modprobe nvidia",
                        "modprobe nvidia_uvm",
                        "modprobe nvidia_modeset",
                        "modprobe nvidia_drm",
                        "start nvidia-persistenced.service",
                        "start gdm.service");
    }

    @Test
    void aModuleThatIsInUseKeepsTheScreen() throws Exception {
        box.patience = 8;
        box.write("busy-nvidia_modeset", "");
        assertThat(box.prepare("win11"))
                .isEqualTo(new Answer(1, "nptune: the module nvidia_modeset cannot be unloaded"));
        box.assertGivenBack();
        assertThat(MODULES).allMatch(module -> box.there("sys/module/" + module));
    }

    @Test
    void aProgramThatComputesOnTheCardIsNamed() throws Exception {
        box.patience = 8;
        box.node("dev/nvidia0");
        box.write("proc/78/comm", "ollama\n");
        Files.createDirectories(root.resolve("proc/78/fd"));
        Files.createSymbolicLink(root.resolve("proc/78/fd/5"), root.resolve("dev/nvidia0"));
        Answer answer = box.prepare("win11");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.said()).contains("ollama (process 78) has ").contains("/dev/nvidia0");
        box.assertGivenBack();
    }
}
