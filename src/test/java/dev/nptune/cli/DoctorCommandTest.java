package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.Resources;
import dev.nptune.doctor.Diagnoses;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.host.source.TestArchive;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    private static final String TUNED = Resources.text("domain/tuned.xml");

    @TempDir(factory = MemoryFolder.class)
    private Path temp;

    private String xml(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text).toString();
    }

    private String snapshot(TestArchive archive) throws IOException {
        return Files.write(temp.resolve("host.tar.gz"), archive.gzip()).toString();
    }

    private static Diagnoses read(CliRun run) {
        return Json.read(run.out(), Diagnoses.class);
    }

    @Test
    void ofAnXmlAloneTheHostIsUnknownAndSaidToBe() throws IOException {
        CliRun run = CliRun.of("doctor", xml("win.xml", TUNED.replace("cache='none'", "cache='unsafe'")));

        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("win: ")
                .contains("DO NOW", "critical  cache-unsafe: ", "COULD NOT BE JUDGED")
                .contains("nothing but a VM's XML was given; add --host local");
    }

    @Test
    void ofAnXmlAloneNoRuleIsClearThatNeedsTheHost() throws IOException {
        Diagnosis diagnosis = read(CliRun.of("doctor", xml("win.xml", TUNED), "--json"))
                .diagnoses()
                .getFirst();

        assertThat(diagnosis.clear()).doesNotContain("npt-off", "clocksource-not-tsc", "iommu-off", "mitigations-off");
        assertThat(diagnosis.unknown()).hasSizeGreaterThan(10);
    }

    @Test
    void allVmsOfAMachineAfterTheMachineItself() throws IOException {
        String file = snapshot(new TestArchive()
                .file("etc/libvirt/qemu/a.xml", TUNED.replace("<name>win</name>", "<name>a</name>"))
                .file("etc/libvirt/qemu/b.xml", TUNED.replace("<name>win</name>", "<name>b</name>"))
                .file("etc/libvirt/qemu/broken.xml", "<domain>")
                .file("proc/cmdline", "quiet mitigations=off\n"));

        CliRun run = CliRun.of("doctor", "--host", file, "--json");

        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("nptune: left out /etc/libvirt/qemu/broken.xml: not well-formed XML: line 1");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(read(run).diagnoses().stream().map(Diagnosis::domain)).containsExactly("", "a", "b");
        assertThat(read(run).diagnoses().getFirst().fired("mitigations-off")).isTrue();
        assertThat(read(run).diagnoses().get(1).fired("mitigations-off")).isFalse();
    }

    @Test
    void theOnlyVmOfAMachineTogetherWithIt() throws IOException {
        String file = snapshot(new TestArchive()
                .file("etc/libvirt/qemu/win.xml", TUNED)
                .file("proc/cmdline", "quiet mitigations=off\n"));

        Diagnoses diagnoses = read(CliRun.of("doctor", "--host", file, "--json"));

        assertThat(diagnoses.diagnoses()).singleElement().satisfies(d -> {
            assertThat(d.domain()).isEqualTo("win");
            assertThat(d.fired("mitigations-off")).isTrue();
        });
    }

    @Test
    void whereNoVmCanBeReadTheMachineIsLookedAtAlone() throws IOException {
        CliRun run = CliRun.of("doctor", "--host", snapshot(new TestArchive().file("proc/cmdline", "quiet\n")));

        assertThat(run.out()).startsWith("this machine: ");
    }

    @Test
    void markdownForAForum() throws IOException {
        String vm = xml(
                "win.xml",
                TUNED.replace("<name>win</name>", "<name>w*i`n</name>").replace("cache='none'", ""));

        CliRun run = CliRun.of("doctor", vm, "--markdown");

        assertThat(run.out())
                .startsWith("## NPTune doctor: w\\*i\\`n\n")
                .contains("### Worth it\n", "- **cache-writeback** (medium): ")
                .contains("  - seen: `devices/disk[1]/driver/@cache` = `(absent): writeback`, wanted `none`\n");
    }

    @Test
    void oneFormAtATime() throws IOException {
        CliRun run = CliRun.of("doctor", xml("win.xml", TUNED), "--markdown", "--json");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--json", "--markdown").contains("see: nptune doctor --help");
    }

    @Test
    void xmlThatIsMeantToHurt() throws IOException {
        String laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><domain><name>&b;</name></domain>";
        String devices =
                "<domain><name>d</name><memory>1</memory><devices>" + "<hub/>".repeat(100_000) + "</devices></domain>";

        assertThat(CliRun.of("doctor", xml("laughs.xml", laughs)).err()).contains("a DOCTYPE is not read");
        assertThat(CliRun.of("doctor", xml("devices.xml", devices)).err()).contains("more than 20000 elements");
        assertThat(CliRun.of("doctor", xml("huge.xml", " ".repeat(50 << 20))).err())
                .contains("larger than 4 MiB");
    }
}
