package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Missing;
import dev.nptune.doctor.TestHost;
import dev.nptune.internal.text.UserException;
import dev.nptune.vm.QemuCommandLine;
import dev.nptune.vm.QemuDomain;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuArgsTest {
    @TempDir
    private Path folder;

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAFileOrStandardInput() throws Exception {
        Path file = Files.writeString(folder.resolve("vm.sh"), "kvm -name a");
        assertThat(QemuArgs.read(file.toString(), input("")).domain().name()).isEqualTo("a");
        assertThat(QemuArgs.read("-", input("kvm -name b")).domain().name()).isEqualTo("b");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> QemuArgs.read(folder.resolve("none").toString(), input("")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> QemuArgs.read("a\0b", input("")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no name of a file");
        assertThatThrownBy(() -> QemuArgs.read("-", input("ls")))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.nextStep()).contains("/proc/PID/cmdline"))
                .hasMessage("cannot make out a QEMU command line in standard input: no QEMU is started there:"
                        + " no command names qemu-system-…, qemu-kvm or kvm");
        assertThatThrownBy(() -> QemuArgs.read("-", input("\n<domain/>")))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.nextStep()).contains("without --qemu-args"));
        assertThatThrownBy(() -> QemuArgs.read("-", input(" ".repeat(QemuCommandLine.MAX_CHARS + 1))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("1 MiB");
    }

    @Test
    void evidenceIsAnArgument() {
        QemuDomain qemu = QemuDomain.of(
                QemuCommandLine.parse(
                        "kvm -name a -m 2G -drive file=a.img,format=raw,cache=unsafe -device vfio-pci,host=01:00.0 -device odd"));
        Diagnosis told = QemuArgs.inArguments(Doctor.examine(TestHost.host(), qemu.domain()), qemu);
        assertThat(told.finding("cache-unsafe").orElseThrow().evidence())
                .containsExactly(new Evidence("argument: -drive file=a.img,format=raw,cache=unsafe", "unsafe", "none"));
        assertThat(told.findings())
                .allSatisfy(f -> assertThat(f.evidence())
                        .allSatisfy(e -> assertThat(e.where()).doesNotStartWith("devices/")));
        assertThat(told.unknown().getLast().rule()).isEqualTo(QemuArgs.RULE);
        assertThat(told.unknown().getLast().missing()).containsExactly(new Missing("-device odd", "not understood"));
    }

    @Test
    void remarksAreOfTheCommandLine() {
        QemuDomain qemu = QemuDomain.of(QemuCommandLine.parse("kvm -S; kvm -S -m 2G"));
        Diagnosis told = QemuArgs.inArguments(Doctor.examine(TestHost.host(), qemu.domain()), qemu);
        assertThat(told.unknown().getLast().missing())
                .extracting(Missing::where)
                .containsExactly("command line");
    }

    @Test
    void severalPiecesOfOneArgumentAreToldApart() {
        QemuDomain qemu = QemuDomain.of(QemuCommandLine.parse("kvm -name win10 -cpu host -m 2G"));
        Diagnosis told = QemuArgs.inArguments(Doctor.examine(TestHost.host(), qemu.domain()), qemu);
        assertThat(told.finding("hv-stimer-missing").orElseThrow().evidence())
                .extracting(Evidence::where)
                .doesNotHaveDuplicates()
                .allSatisfy(where -> assertThat(where).startsWith("argument: -cpu host (features/hyperv/"));
    }

    @Test
    void whatIsUnderstoodAddsNothing() {
        QemuDomain qemu = QemuDomain.of(QemuCommandLine.parse("kvm -m 2G"));
        Diagnosis diagnosis = Doctor.examine(TestHost.host(), qemu.domain());
        assertThat(QemuArgs.inArguments(diagnosis, qemu).unknown())
                .extracting(Diagnosis.Undecided::rule)
                .containsExactlyElementsOf(diagnosis.unknown().stream()
                        .map(Diagnosis.Undecided::rule)
                        .filter(rule -> !rule.equals("xml-invalid"))
                        .toList());
    }
}
