package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nptune.doctor.TestHost;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.NewVm;
import dev.nptune.plan.Request;
import dev.nptune.vm.GuestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What a person writes of a new VM.
class NewVmOptionsTest {
    private static NewVm wish(String... words) throws UserException {
        NewVmOptions options = CommandLine.populateCommand(new NewVmOptions(), words);
        return options.wish(Request.DEFAULT, true, TestHost.host());
    }

    private static void wrong(String reason, String... words) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> wish(words))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.exit()).isEqualTo(UserException.Exit.WRONG_USE));
    }

    @ParameterizedTest
    @CsvSource({
        "Windows 11, WINDOWS_11",
        "win11-games, WINDOWS_11",
        "windows_11, WINDOWS_11",
        "w11, WINDOWS_11",
        "games-win10, WINDOWS_10",
        "Windows 10, WINDOWS_10",
        "ubuntu24, LINUX",
    })
    void theNameTellsWhatRuns(String name, GuestKind guest) throws UserException {
        assertThat(wish("--new", name).guest()).isEqualTo(guest);
    }

    @Test
    void theInstallersNameTells(@TempDir Path folder) throws IOException, UserException {
        Path iso = Files.createFile(folder.resolve("Win11_24H2_English_x64.iso"));
        Path drivers = Files.createFile(folder.resolve("virtio-win.iso"));

        assertThat(wish("--new", "games", "--iso", drivers.toString(), "--iso", iso.toString())
                        .guest())
                .isEqualTo(GuestKind.WINDOWS_11);
        wrong("says what is to run", "--new", "games", "--iso", drivers.toString());
        wrong("says what is to run", "--new", "darwin");
        wrong("says what is to run", "--new", "win110");
        wrong("--os win is not known", "--new", "x", "--os", "win");
    }

    @Test
    void whatCannotBe() {
        wrong("allows no /", "--new", "win11/b");
        wrong("name", "--new", "");
        wrong("no card is passed", "--new", "win11", "--screen", "monitor");
        wrong("no card is passed", "--new", "win11", "--gpu", "none", "--screen", "monitor");
        wrong("is no PCI address", "--new", "win11", "--pass", "usb");
        wrong("no card is passed", "--new", "win11", "--rom", "/x.rom");
        wrong("there is no file", "--new", "win11", "--gpu", "auto", "--rom", "/nowhere/x.rom");
    }

    @Test
    void noCard() throws UserException {
        assertThat(wish("--new", "win11", "--gpu", "none").gpu()).isEmpty();
        assertThat(wish("--new", "win11", "--gpu", "auto").gpu()).isEqualTo(Optional.of("auto"));
    }

    @Test
    void aLinkIsFollowed(@TempDir Path folder) throws IOException, UserException {
        Path image = Files.createFile(folder.toRealPath().resolve("a.img"));
        Path link = Files.createSymbolicLink(folder.toRealPath().resolve("b.img"), image);

        NewVm.Disk disk =
                wish("--new", "win11", "--disk", link.toString()).disks().getFirst();
        assertThat(List.of(disk.path(), disk.resolved())).containsExactly(link.toString(), image.toString());
        wrong("are one and the same", "--new", "win11", "--disk", image.toString(), "--disk", link.toString());
    }
}
