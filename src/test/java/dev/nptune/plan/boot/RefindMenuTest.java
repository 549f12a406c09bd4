package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefindMenuTest {
    private static final ArgumentEdit PT = new ArgumentEdit(List.of("iommu=pt"), List.of());
    private static final Map<String, String> COPIES = Map.of("initramfs-linux.img", "kept.img");

    private static String line(String options, ArgumentEdit edit, List<String> images) {
        return kept("\"Boot\" \"" + options + "\"\n", edit, images);
    }

    private static String kept(String text, ArgumentEdit edit, List<String> images) {
        String after = new RefindMenu(text).line(edit, _ -> true).orElseThrow();
        return new RefindMenu(after).renamed(COPIES, images).text();
    }

    @Test
    void aLineThatNamesNoImageIsGivenTheOneThatIsKept() {
        assertThat(line("rw quiet ", PT, List.of("boot\\amd-ucode.img", "boot\\initramfs-linux.img")))
                .isEqualTo("\"Boot\" \"rw quiet iommu=pt \"\n\"Boot before NPTune\" \"rw quiet"
                        + " initrd=boot\\amd-ucode.img initrd=boot\\kept.img\"\n");
        assertThat(line("rw", PT, List.of("boot\\other.img"))).endsWith("\"Boot before NPTune\" \"rw\"\n");
    }

    @Test
    void aLineThatNamesItsImagesNamesTheCopy() {
        assertThat(line("initrd=boot\\initramfs-linux.img rw", PT, List.of("boot\\initramfs-linux.img")))
                .endsWith("\"Boot before NPTune\" \"initrd=boot\\kept.img rw\"\n");
        assertThat(line("initrd=boot\\initramfs-%v.img rw", PT, List.of("boot\\initramfs-linux.img")))
                .endsWith("\"Boot before NPTune\" \"initrd=boot\\initramfs-%v.img rw\"\n");
    }

    @Test
    void droppingWhatWasAddedTakesAwayWhatWasKept() {
        String text = "\"Boot\" \"rw quiet\"\n\"Single\" \"rw single\"\n";
        String added = kept(text, PT, List.of("\\initramfs-linux.img"));
        assertThat(added).contains("before NPTune");
        assertThat(new RefindMenu(added)
                        .line(new ArgumentEdit(List.of(), List.of("iommu")), o -> !o.contains("single")))
                .contains(text);
    }
}
