package dev.nptune.plan;

import static dev.nptune.plan.ScreenBox.CARD;
import static dev.nptune.plan.ScreenBox.SOUND;
import static dev.nptune.plan.ScreenBox.TAKEN;
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
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script run by each shell of this machine, its paths led into a folder (see [ScreenBox]).
@ParameterizedClass
@ValueSource(strings = {"/bin/sh -u", "/bin/busybox sh -u"})
class ScreenScriptTest {
    /// Milliseconds in which the watchdog has looked at a VM that has just started, on a busy machine too.
    private static final int SEEN_WITHIN = 2000;

    private static final Answer GOOD = new Answer(0, "");

    @Parameter
    String shell = "";

    @TempDir
    Path root = Path.of("");

    private ScreenBox box;

    @BeforeEach
    void machine() throws IOException {
        List<String> words = List.of(shell.split(" "));
        assumeTrue(Files.isExecutable(Path.of(words.getFirst())), words.getFirst() + " is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "flock is not installed");
        box = new ScreenBox(root, words, "amdgpu");
    }

    @AfterEach
    void end() throws Exception {
        box.close();
    }

    @Test
    void theScreenIsTheVmsWhileItRunsAndTheDesktopsAfterwards() throws Exception {
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.assertTaken();
        assertThat(box.driver(CARD)).isEmpty();
        assertThat(box.driver(SOUND)).isEmpty();
        assertThat(box.asked()).containsExactly("stop gdm.service");

        box.libvirtStarts("win11", 900);
        box.libvirtStops("win11", 900);
        assertThat(box.release("win11")).isEqualTo(GOOD);
        box.assertGivenBack();
        assertThat(box.asked()).containsExactly("stop gdm.service", "start gdm.service");
    }

    @Test
    void aStartThatFailsAfterThePreparationGivesAllBack() throws Exception {
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        assertThat(box.release("win11")).isEqualTo(GOOD);
        box.assertGivenBack();
        assertThat(box.asked()).endsWith("start gdm.service");
    }

    @Test
    void aDisplayManagerThatWasNotRunningIsNotStarted() throws Exception {
        box.write("units/gdm.service", "inactive\n");
        Files.delete(root.resolve("proc/77/fd/14"));
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.assertTaken();
        assertThat(box.release("win11")).isEqualTo(GOOD);
        box.assertGivenBack();
        assertThat(box.asked()).isEmpty();
    }

    @Test
    void aDisplayManagerUnknownToSystemdIsStoppedByItsName() throws Exception {
        Files.delete(root.resolve("units/gdm.service"));
        box.write("units/gdm3.service", "active\n");
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        assertThat(box.release("win11")).isEqualTo(GOOD);
        assertThat(box.asked()).containsExactly("stop gdm3.service", "start gdm3.service");
    }

    @Test
    void aDisplayManagerThatDoesNotStopKeepsTheScreen() throws Exception {
        box.patience = 8;
        box.write("hangs", "");
        Answer answer = box.prepare("win11");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.said()).isEqualTo("nptune: display-manager.service has not stopped in time");
        box.assertGivenBack();
        assertThat(box.asked()).containsExactly("stop gdm.service", "start gdm.service");
        assertThat(box.read("run/nptune/screen/nptune_screen-win11.log")).contains("has not stopped in time");
        assertThat(box.release("win11")).isEqualTo(GOOD);
        assertThat(box.asked()).hasSize(2);
    }

    @Test
    void sessionsThatHoldTheCardAreEnded() throws Exception {
        box.patience = 8;
        box.write("stays", "");
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        assertThat(box.asked()).containsExactly("stop gdm.service", "terminate-seat seat0");
        assertThat(box.release("win11")).isEqualTo(GOOD);
    }

    @Test
    void aProgramThatDoesNotLetGoOfTheCardIsNamed() throws Exception {
        box.patience = 8;
        box.write("stays", "");
        box.write("stubborn", "");
        Answer answer = box.prepare("win11");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.said())
                .isEqualTo("nptune: Xorg (process 77) has " + root + "/dev/dri/card1, and does not let go of the card");
        box.assertGivenBack();
    }

    /// The write never comes back; neither the hook nor who reads its output waits for it.
    @Test
    void aDriverThatDoesNotLetGoIsNotWaitedFor() throws Exception {
        box.patience = 8;
        Path pipe = root.resolve("sys/bus/pci/drivers/amdgpu/unbind");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Answer answer = box.prepare("win11");
        assertThat(answer).isEqualTo(new Answer(1, "nptune: amdgpu does not let go of " + CARD));
        assertThat(box.asked()).endsWith("start gdm.service");
        assertThat(box.read(ScreenBox.CONSOLE)).isEqualTo("1");
        assertThat(Files.readString(pipe).strip()).isEqualTo(CARD);
    }

    @Test
    void anotherCardAtTheAddressIsLeftAlone() throws Exception {
        box.write("sys/bus/pci/devices/" + CARD + "/device", "0x731f\n");
        Answer answer = box.prepare("win11");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.said()).contains(CARD + " is not 1002:73ff any more");
        assertThat(box.asked()).isEmpty();
        box.bind(SOUND, "snd_hda_intel");
        assertThat(box.there(TAKEN)).isFalse();
    }

    /// libvirt refuses the start then, and would have this hook run all the same.
    @Test
    void anotherDeviceBesidesTheCardEndsNoDesktop() throws Exception {
        String hook = "etc/libvirt/hooks/qemu.d/nptune_hostdevs-win11";
        box.write(
                hook,
                "#!/bin/sh\n[ \"$1 $2 $3\" = 'win11 prepare begin' ] || exit 0\necho nptune: another >&2; exit 1\n");
        assertThat(box.root.resolve(hook).toFile().setExecutable(true)).isTrue();
        assertThat(box.prepare("win11")).isEqualTo(new Answer(1, "nptune: another"));
        assertThat(box.asked()).isEmpty();
        assertThat(box.there(TAKEN)).isFalse();

        box.write(hook, "#!/bin/sh\nexit 0\n");
        assertThat(box.prepare("win11").status()).isZero();
        assertThat(box.release("win11").status()).isZero();
    }

    @Test
    void aCardThatTheHostDoesNotUseIsNothingToTake() throws Exception {
        box.bind(CARD, "vfio-pci");
        box.bind(SOUND, "vfio-pci");
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        assertThat(box.asked()).isEmpty();
        assertThat(box.there(TAKEN)).isFalse();
        assertThat(box.read(ScreenBox.CONSOLE)).isEqualTo("1");
    }

    @Test
    void preparedTwiceAllIsGivenBackAtTheEnd() throws Exception {
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.assertTaken();
        assertThat(box.release("win11")).isEqualTo(GOOD);
        box.assertGivenBack();
        assertThat(box.asked()).containsExactly("stop gdm.service", "start gdm.service");
    }

    @Test
    void aReleaseWithoutAPreparationDoesNothing() throws Exception {
        assertThat(box.release("win11")).isEqualTo(GOOD);
        assertThat(box.run("win11", "nptune", "release")).isEqualTo(GOOD);
        assertThat(box.asked()).isEmpty();
        box.assertGivenBack();
    }

    @Test
    void aSecondVmDoesNotTakeTheScreenFromTheFirst() throws Exception {
        assertThat(box.prepare("one")).isEqualTo(GOOD);
        box.libvirtStarts("one", 900);
        Answer answer = box.prepare("two");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.said()).contains("the screen is another VM's").contains("nptune_screen-one nptune release");
        assertThat(box.release("two")).isEqualTo(GOOD);
        box.assertTaken();
        box.libvirtStops("one", 900);
        assertThat(box.release("one")).isEqualTo(GOOD);
        box.assertGivenBack();
        assertThat(box.prepare("two")).isEqualTo(GOOD);
        assertThat(box.release("two")).isEqualTo(GOOD);
    }

    @Test
    void ofTwoThatStartAtOnceOneIsRefused() throws Exception {
        Process one = box.started("one", "one", "prepare", "begin", "-");
        Process two = box.started("two", "two", "prepare", "begin", "-");
        List<Integer> statuses =
                List.of(ScreenBox.await(one).status(), ScreenBox.await(two).status());
        assertThat(statuses).containsExactlyInAnyOrder(0, 1);
        assertThat(box.asked()).containsExactly("stop gdm.service");
    }

    @Test
    void whileTheVmRunsTheScreenIsNotGivenBack() throws Exception {
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.libvirtStarts("win11", 900);
        for (Answer answer : List.of(box.run("win11", "nptune", "release"), box.release("win11"))) {
            assertThat(answer).isEqualTo(new Answer(1, "nptune: the VM runs, and has the screen: shut it down first"));
        }
        box.assertTaken();
        assertThat(box.driver(CARD)).isEqualTo("vfio-pci");
        assertThat(box.prepare("win11").status()).isEqualTo(1);
        box.libvirtStops("win11", 900);
        assertThat(box.run("win11", "nptune", "release")).isEqualTo(GOOD);
        box.assertGivenBack();
    }

    @Test
    void theWatchdogGivesTheScreenBackIfQemuDoesNotCome() throws Exception {
        box.coming = 10;
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        ScreenBox.await(() -> !box.there(TAKEN));
        box.assertGivenBack();
        assertThat(box.asked()).containsExactly("stop gdm.service", "start gdm.service");
        ScreenBox.await(() -> box.left().findAny().isEmpty());
        assertThat(box.release("win11")).as("late").isEqualTo(GOOD);
        assertThat(box.asked()).hasSize(2);
    }

    /// As when the machine runs out of memory: nobody is left but the watchdog.
    @Test
    void theWatchdogGivesTheScreenBackIfTheHookIsKilled() throws Exception {
        box.write("hangs", "");
        box.patience = 100;
        box.coming = 5;
        Process hook = box.started("win11", "win11", "prepare", "begin", "-");
        ScreenBox.await(() -> box.there("asked"));
        hook.destroyForcibly();
        ScreenBox.await(() -> !box.there(TAKEN));
        box.assertGivenBack();
        assertThat(box.asked()).containsExactly("stop gdm.service", "start gdm.service");
    }

    /// libvirtd has died: the functions are still on vfio-pci, and no release comes.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWatchdogGivesTheScreenBackIfTheVmIsGoneWithoutARelease(boolean systemd) throws Exception {
        if (!systemd) {
            box.write("no-systemd", "");
        }
        box.giving = 10;
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.libvirtStarts("win11", 900);
        Thread.sleep(SEEN_WITHIN);
        box.assertTaken();
        box.qemuEnds(900);
        ScreenBox.await(() -> !box.there(TAKEN));
        box.assertGivenBack();
        assertThat(box.asked()).endsWith("start gdm.service");
    }

    /// One that nobody has waited for, and one that began later and has the number meanwhile.
    @ParameterizedTest
    @ValueSource(strings = {"Z 4711", "S 4712"})
    void aDeadProcessAndAnotherWithItsNumberAreNotTheVm(String state) throws Exception {
        box.giving = 10;
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.libvirtStarts("win11", 900);
        Thread.sleep(SEEN_WITHIN);
        String[] words = state.split(" ");
        box.write("proc/900/stat", "900 (qemu) " + words[0] + " 0".repeat(18) + " " + words[1] + " 0 0\n");
        ScreenBox.await(() -> !box.there(TAKEN));
        box.assertGivenBack();
    }

    @Test
    void theWatchdogLeavesAReleaseAloneAndEndsAfterIt() throws Exception {
        box.giving = 50;
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.libvirtStarts("win11", 900);
        box.libvirtStops("win11", 900);
        assertThat(box.release("win11")).isEqualTo(GOOD);
        ScreenBox.await(() -> box.left().findAny().isEmpty());
        assertThat(box.asked()).containsExactly("stop gdm.service", "start gdm.service");
        assertThat(box.read("run/nptune/screen/nptune_screen-win11.log")).doesNotContain("libvirt has not said");
    }

    @Test
    void theWatchdogOfAnEarlierStartLeavesALaterOneAlone() throws Exception {
        box.coming = 25;
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        box.coming = 1500;
        assertThat(box.prepare("win11")).isEqualTo(GOOD);
        Thread.sleep(1500);
        box.assertTaken();
        assertThat(box.release("win11")).isEqualTo(GOOD);
    }

    @Test
    void withoutAWatchdogTheScreenIsNotTaken() throws Exception {
        assumeTrue(!shell.contains("busybox"), "busybox runs a setsid of its own");
        box.write("no-systemd", "");
        box.patience = 8;
        box.program("setsid", "#!/bin/sh\nexit 1\n");
        Answer answer = box.prepare("win11");
        assertThat(answer).isEqualTo(new Answer(1, "nptune: nothing could be started that would give the screen back"));
        assertThat(box.asked()).isEmpty();
        box.assertGivenBack();
    }

    @Test
    void whereNothingCanBeWrittenDownNothingIsTaken() throws Exception {
        box.write("run/nptune", "no folder\n");
        Answer answer = box.prepare("win11");
        assertThat(answer).isEqualTo(new Answer(1, "nptune: cannot write in " + root + "/run/nptune/screen"));
        assertThat(box.asked()).isEmpty();
        box.assertGivenBack();
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's $(touch x) `y` \"z\"", "ä b", "-n", "nptune"})
    void namesAreWords(String name) throws Exception {
        assertThat(box.run(name, "other", "prepare", "begin", "-")).isEqualTo(GOOD);
        assertThat(box.run(name, name, "start", "begin", "-")).isEqualTo(GOOD);
        assertThat(box.run(name)).isEqualTo(GOOD);
        assertThat(box.there(TAKEN)).isFalse();
        assertThat(box.prepare(name)).isEqualTo(GOOD);
        box.libvirtStarts(name, 900);
        assertThat(box.release(name).status()).isEqualTo(1);
        box.libvirtStops(name, 900);
        assertThat(box.release(name)).isEqualTo(GOOD);
        box.assertGivenBack();
    }
}
