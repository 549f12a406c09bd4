package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Request;
import dev.nptune.report.TuneDocument;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a machine of a few files and a libvirt of one VM, which has a memory balloon and a passed device.
class LocalTuneTest {
    private static final String VM = """
            <node>
              <domain type='test'>
                <name>win10</name>
                <memory unit='KiB'>8388608</memory>
                <vcpu>2</vcpu>
                <os><type>hvm</type></os>
                <devices>
                  <hostdev mode='subsystem' type='pci' managed='yes'>
                    <source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>
                  </hostdev>
                  <memballoon model='virtio'/>
                </devices>
              </domain>
            </node>
            """;

    @TempDir
    private Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private LocalMachine machine;

    @BeforeEach
    void machine() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        assumeTrue(LocalMachine.of(Map.of()).isRoot(), "not root, so who runs it cannot be made up");
        Path node = Files.writeString(folder.resolve("node.xml"), VM);
        Path root = folder.resolve("root");
        Files.createDirectories(root.resolve("proc/self"));
        machine = new LocalMachine(root, new Libvirt("test://" + node), Map.of());
    }

    private TuneDocument tune() throws IOException, UserException {
        return new LocalTune(machine, Progress.SILENT)
                .run(
                        "win10",
                        Request.DEFAULT,
                        (plan, _) -> {
                            asked.incrementAndGet();
                            assertThat(plan.changes()).isNotEmpty();
                            return false;
                        },
                        true,
                        _ -> {
                            throw new AssertionError("nothing was tried");
                        });
    }

    @Test
    void whoSaysNoStillHasTheDocument() throws Exception {
        TuneDocument document = tune();

        assertThat(asked).hasValue(1);
        assertThat(document.journal()).isEmpty();
        assertThat(document.result()).isEqualTo("declined");
        assertThat(document.started()).isFalse();
        assertThat(document.changes()).isNotEmpty();
        assertThat(document.findings()).isNotEmpty().noneMatch(TuneDocument.Entry::fixed);
        assertThat(machine.journals().list().journals()).isEmpty();
    }

    /// The balloon goes from a VM that libvirt's test driver forgets at once, so that applying fails.
    @Test
    void whatCouldNotBeAppliedStillHasItsDocument() {
        List<TuneDocument> told = new ArrayList<>();
        UserException e = catchThrowableOfType(
                UserException.class,
                () -> new LocalTune(machine, Progress.SILENT)
                        .run("win10", Request.DEFAULT, (_, _) -> true, false, told::add));

        assertThat(e.exit().code()).isIn(3, 4);
        assertThat(told).singleElement().satisfies(document -> {
            assertThat(document.result()).isIn("refused", "rolled-back");
            assertThat(document.reason()).isNotEmpty();
            assertThat(document.findings()).isNotEmpty().noneMatch(TuneDocument.Entry::fixed);
        });
    }

    @Test
    void whoMayNotApplyIsNotAsked() throws Exception {
        Files.setAttribute(machine.root().resolve("proc/self"), "unix:uid", 65534);
        UserException e = catchThrowableOfType(UserException.class, this::tune);

        assertThat(e).hasMessageStartingWith("'nptune tune' needs root");
        assertThat(asked).hasValue(0);
    }
}
