package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is put into `custom.cfg`, read by GRUB itself: its emulator starts from a disk with a file system, and writes
/// to
/// it.
class GrubCustomMenuTest {
    private static final String MENU = "/boot/grub2/grub.cfg";

    /// It begins with a letter: GRUB as Debian has it takes what begins with a digit for a number. Fedora's, which
    /// alone
    /// reads such entries, looks for a name first.
    private static final String ID = "a123456789abcdef0123456789abcdef-6.17.8-300.fc43.x86_64~nptune_before";

    /// A menu as Fedora's is built up: the block is read, entries come, what is hidden is said, a file may follow.
    private static final String TEXT = """
            if [ -s "${config_directory}/grubenv" ]; then
              load_env -f "${config_directory}/grubenv"
            fi
            set default="${saved_entry}"
            menuentry "new" --id "new" {
              echo "<started new>"
              exit
            }
            menuentry "rescue" --id "rescue" {
              echo "<started rescue>"
              exit
            }
            menuentry "kept" --id "ID" {
              echo "<started kept>"
              exit
            }
            set boot_success=0
            save_env boot_success
            set timeout_style=hidden
            set timeout=0
            if [ -f  ${config_directory}/custom.cfg ]; then
              source ${config_directory}/custom.cfg
            elif [ -z "${config_directory}" -a -f  $prefix/custom.cfg ]; then
              source $prefix/custom.cfg;
            fi
            """.replace("ID", ID);

    private static final Pattern STARTED = Pattern.compile("<started (\\w+)>");

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private static String program(String name) {
        assumeTrue(Programs.find(name, null).isPresent(), name + " is not installed");
        return Programs.find(name, null).orElseThrow().toString();
    }

    private static String run(String name, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of(program(name)));
        argv.addAll(List.of(arguments));
        Exec.Result result = Exec.run(Duration.ofSeconds(60), argv);
        assertThat(result.ok()).as(argv + "\n" + result.out() + result.err()).isTrue();
        return result.out();
    }

    private static String with(String theirs) {
        return GrubCustomMenu.with(Map.of(GrubCustomMenu.FILE, theirs), ID);
    }

    /// A disk with the menu, the file and the block.
    private GrubCustomMenuTest disk(String menu, String custom, String... variables) throws IOException {
        Path files = Files.createDirectories(folder.resolve("files/grub2"));
        Files.writeString(files.resolve("grub.cfg"), menu);
        Files.writeString(files.resolve("custom.cfg"), custom);
        Path block = files.resolve("grubenv");
        Files.deleteIfExists(block);
        run("grub-editenv", block.toString(), "create");
        run("grub-editenv", block.toString(), "set", "saved_entry=new");
        for (String variable : variables) {
            run("grub-editenv", block.toString(), "set", variable);
        }
        run("mke2fs", "-q", "-F", "-t", "ext4", "-d", folder.resolve("files").toString(), image(), "8M");
        Files.writeString(folder.resolve("map"), "(hd0) " + image() + "\n");
        return this;
    }

    private String image() {
        return folder.resolve("disk").toString();
    }

    /// Starts GRUB from the disk: the entry that it takes.
    private String started() throws IOException {
        String out = run("grub-emu", "-m", folder.resolve("map").toString(), "-r", "hd0", "-d", "/grub2");
        Matcher started = STARTED.matcher(out);
        assertThat(started.find()).as(out).isTrue();
        return started.group(1);
    }

    /// What the block on the disk says of the trial.
    private String trial() throws IOException {
        Path block = folder.resolve("block");
        run("grub-fstest", image(), "cp", "(loop0)/grub2/grubenv", block.toString());
        return run("grub-editenv", block.toString(), "list")
                .lines()
                .filter(l -> l.startsWith("nptune_trial="))
                .map(l -> l.substring(13))
                .findFirst()
                .orElse("");
    }

    @Test
    void grubUnderstandsIt() throws IOException {
        Path file = Files.writeString(folder.resolve("custom.cfg"), with(""));
        run("grub-script-check", file.toString());
    }

    @Test
    void withoutATrialAllIsAsItWas() throws IOException {
        disk(TEXT, with(""));
        assertThat(started()).isEqualTo("new");
        assertThat(trial()).isEmpty();
    }

    @Test
    void aTrialIsTriedOnceThenTheKeptEntryIsTaken() throws IOException {
        disk(TEXT, with(""), "nptune_trial=pending");
        assertThat(started()).isEqualTo("new");
        assertThat(trial()).isEqualTo("tried");
        for (int i = 0; i < 2; i++) {
            assertThat(started()).isEqualTo("kept");
            assertThat(trial()).isEqualTo("failed");
        }
    }

    /// `boot_success` and `menu_auto_hide` hide the menu, and choose nothing.
    @Test
    void aHiddenMenuTakesTheKeptEntryToo() throws IOException {
        disk(TEXT, with(""), "nptune_trial=tried", "boot_success=1", "menu_auto_hide=1");
        assertThat(started()).isEqualTo("kept");
    }

    @Test
    void whereGrubCannotWriteItDownItDoesNotGoOn() throws IOException {
        disk(TEXT.replaceFirst("(?s)^if.*?fi\n", "set nptune_trial=pending\nset saved_entry=new\n"), with(""));
        Path files = folder.resolve("files/grub2");
        Files.delete(files.resolve("grubenv"));
        run("mke2fs", "-q", "-F", "-t", "ext4", "-d", folder.resolve("files").toString(), image(), "8M");
        assertThat(started()).isEqualTo("kept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set default=rescue",
                "# mine: don't ask\nset default=rescue\nset timeout=0\n",
                "menuentry 'A {' {\n  configfile /x\n}\nif [ \"$x\" = \"a \\\"b\" ]; then\n  set y=${z}\nfi\nset default=rescue\n\n"
            })
    void whatAPersonHasThereStaysAndCountsAsBefore(String theirs) throws IOException {
        assertThat(with(theirs)).startsWith(theirs);
        assertThat(with(with(theirs))).isEqualTo(with(theirs));
        assertThat(obstacle(TEXT, theirs)).isEmpty();
        disk(TEXT, with(theirs));
        assertThat(started()).isEqualTo("rescue");
        disk(TEXT, with(theirs), "nptune_trial=tried");
        assertThat(started()).isEqualTo("kept");
    }

    private static String obstacle(String menu, String theirs) {
        return GrubCustomMenu.obstacle(MENU, Map.of(MENU, menu, GrubCustomMenu.FILE, theirs))
                .orElse("");
    }

    @Test
    void aMenuThatDoesNotReadTheFileIsNoHelp() {
        assertThat(obstacle(TEXT, "")).isEmpty();
        assertThat(obstacle(TEXT.replace("  source $", "  # source $"), ""))
                .isEqualTo("/boot/grub2/grub.cfg does not read /boot/grub2/custom.cfg");
        assertThat(obstacle(TEXT.replace("load_env", "true"), "")).contains("does not read GRUB's environment block");
        assertThat(obstacle(TEXT + "load_env\n", "")).isEmpty();
        assertThat(obstacle(TEXT + "set default=0\n", "")).contains("sets the default entry after it reads");
        assertThat(GrubCustomMenu.obstacle(MENU, Map.of())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "menuentry 'open' {\n",
                "}\n",
                "set x=\"open\n",
                "set x='open\n",
                "exit\n",
                "if true; then\n  configfile /x.cfg\nfi\n",
                "set x=\\"
            })
    void aFileThatDoesNotEndPlainlyIsLeft(String theirs) {
        assertThat(obstacle(TEXT, theirs)).isEqualTo("how /boot/grub2/custom.cfg goes on is not clear");
    }
}
