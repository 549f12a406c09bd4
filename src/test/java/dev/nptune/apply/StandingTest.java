package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandingTest {
    private static final Instant LATER = Instant.parse("2099-05-01T10:00:00Z");

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
        box.put("/proc/sys/kernel/random/boot_id", "one\n");
        box.put("/boot/image", "image");
        box.put("/sys/v", "0\n");
    }

    private Standing standing() throws IOException {
        return box.applier().standing(box.latest());
    }

    private void keepCopy() throws IOException {
        box.apply(new Change.KeepCopy("keep", List.of(), "/boot/image", "/boot/kept", Map.of()));
    }

    @Test
    void whatTheMachineBootsFromWaitsForAReboot() throws IOException {
        keepCopy();
        assertThat(standing()).isEqualTo(new Standing.WaitsForReboot());
        box.put("/proc/sys/kernel/random/boot_id", "two\n");
        assertThat(standing()).isEqualTo(new Standing.Applied());
        box.put("/" + BootState.FILE, "confirmed 2099-05-01T10:00:00Z\n");
        assertThat(standing()).isEqualTo(new Standing.Confirmed(LATER));
        box.put("/" + BootState.FILE, "reverted " + LATER.getEpochSecond());
        assertThat(standing()).isEqualTo(new Standing.Reverted(LATER));
        box.put("/" + BootState.FILE, "confirmed 2001-05-01T10:00:00Z\n");
        assertThat(standing()).as("a state from before the run is not its own").isEqualTo(new Standing.Applied());
        box.rollback(false);
        assertThat(standing()).isEqualTo(new Standing.TakenBack());
    }

    @Test
    void aValueDoesNot() throws IOException {
        box.apply(Box.sysfs("/sys/v", "0", "1"));
        assertThat(standing()).isEqualTo(new Standing.Applied());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "confirmed", "confirmed now", "broken 2099-05-01T10:00:00Z", "confirmed 1 2", "confirmed -1"
            })
    void aStateThatMakesNoSenseIsNone(String text) {
        assertThat(BootState.parse(text)).isEmpty();
    }
}
