package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    @TempDir
    Path folder;

    @Test
    void oneLineEachWhateverItSays() throws IOException {
        RunLog log = new RunLog(folder);
        log.did("virsh define\nforged\u001b[2J", "status 0", Duration.ofMillis(1234));
        assertThat(RunLog.read(folder))
                .singleElement()
                .asString()
                .matches("20[0-9-]*T[0-9:.]*Z   1\\.234 s  status 0  virsh define\\\\x0aforged\\\\x1b\\[2J");
    }

    @Test
    void itEndsWhereItGetsLong() throws IOException {
        Files.write(folder.resolve("log"), new byte[RunLog.MAX_SIZE - 10]);
        new RunLog(folder).did("modprobe kvm_amd", "status 0", Duration.ZERO);
        assertThat(folder.resolve("log")).hasSize(RunLog.MAX_SIZE - 10);
    }

    @Test
    void aDiskThatRefusesItHarmsNobody() throws IOException {
        new RunLog(folder.resolve("gone")).did("modprobe kvm_amd", "status 0", Duration.ZERO);
        assertThat(RunLog.read(folder.resolve("gone"))).isEmpty();
    }
}
