package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.Machines;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ScanTextTest {
    static final List<String> NAMES = Machines.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void theMachinesOfTheThread(String name) {
        Golden.check("dev/nptune/cli/scan-" + name + ".txt", ScanText.render(Machines.host(name), 80));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void noLineIsWiderThanTheTerminalButForLongWords(String name) {
        assertThat(ScanText.render(Machines.host(name), 60).lines())
                .allMatch(line ->
                        line.length() <= 60 || !line.substring(12).strip().contains(" "));
    }

    @Test
    void aMachineWithoutAnythingSaysSo(@TempDir Path empty) {
        String text = ScanText.render(HostReader.read(empty), 80);

        assertThat(text)
                .contains("processor   none")
                .contains("graphics    no card seen")
                .contains("the IOMMU is off, or there is none");
    }

    @Test
    void whatIsUnknownIsNotCalledNone() {
        Host host = TestHost.host(h -> h.thp = TestHost.unreadable(h.thp));

        assertThat(ScanText.render(host, 80)).contains("transparent: unknown (permission denied)");
    }
}
