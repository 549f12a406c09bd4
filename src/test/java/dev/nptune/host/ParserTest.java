package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    @Test
    void cpuinfoStopsAtTheFirstBlankLine() {
        assertThat(CpuReader.firstBlock("""

                        model\t\t: 1
                        model\t\t: 9
                        power management: ts ttp
                        no colon here
                        : no key
                        empty:

                        model\t\t: 2
                        other\t\t: 3
                        """))
                .isEqualTo(Map.of("model", "1", "power management", "ts ttp", "empty", ""));
    }

    @Test
    void modprobeOptions() {
        assertThat(ModprobeReader.parse("/f", """
                        # options kvm npt=0
                        options kvm-amd npt=1 \\
                          avic=1\tnested=0
                        blacklist nouveau
                          options vfio-pci "ids=10de:1b80 x" disable_vga
                        # a comment goes on \\
                        options kvm halt_poll_ns=0
                        options
                        optionskvm x=1
                        options snd_hda
                        options kvm ignore_msrs=1 # why \\""").options())
                .containsExactly(
                        new Kernel.ModuleOption("/f", 2, "kvm_amd", List.of("npt=1", "avic=1", "nested=0")),
                        new Kernel.ModuleOption("/f", 5, "vfio_pci", List.of("ids=10de:1b80 x", "disable_vga")),
                        new Kernel.ModuleOption("/f", 10, "snd_hda", List.of()),
                        new Kernel.ModuleOption("/f", 11, "kvm", List.of("ignore_msrs=1", "#", "why")));
    }

    @Test
    void osRelease() {
        assertThat(OsRelease.parse("""
                        # PRETTY_NAME=comment
                        NAME=Arch
                        PRETTY_NAME="Distro \\"X\\" \\$5"
                        SINGLE='a \\b "c"'
                        BARE=a\\ b
                        1X=no
                        OPEN="never closed
                        """))
                .isEqualTo(Map.of(
                        "NAME", "Arch",
                        "PRETTY_NAME", "Distro \"X\" $5",
                        "SINGLE", "a \\b \"c\"",
                        "BARE", "a b",
                        "OPEN", "never closed"));
    }

    @Test
    void numbers() {
        assertThat(Values.integer("-1")).isEqualTo(-1);
        assertThat(Values.count("999999999999999999")).isEqualTo(999999999999999999L);
        assertThat(Values.hex("0x030000")).isEqualTo(0x030000);
        assertThat(Values.hex("10DE")).isEqualTo(0x10de);
        assertThat(Values.bit("1")).isTrue();
        assertThat(Values.bit("0")).isFalse();
        assertThat(Values.bytes("8192K")).isEqualTo(8L << 20);
        assertThat(Values.bytes("16M")).isEqualTo(16L << 20);
        assertThat(Values.bytes("1g")).isEqualTo(1L << 30);
        assertThat(Values.bytes("32825404 kB")).isEqualTo(32825404L << 10);
        assertThat(Values.bytes("4096")).isEqualTo(4096);
        assertThat(Values.bracketed("always defer [defer+madvise] never")).isEqualTo("defer+madvise");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "1 2", "99999999999999999999", "0x", "٣", "1.5", "[", "[]", "[a b]", "--1"})
    void whatIsNoNumberIsRefused(String text) {
        List<Function<String, Object>> parsers =
                List.of(Values::integer, Values::count, Values::bytes, Values::bit, Values::bracketed, Values::hex);
        assertThat(parsers)
                .allSatisfy(parser -> assertThatIllegalArgumentException().isThrownBy(() -> parser.apply(text)));
    }

    @Test
    void sizesDoNotOverflow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.bytes("999999999999999G"))
                .withMessageContaining("too large");
        assertThatIllegalArgumentException().isThrownBy(() -> Values.hex("1000000"));
    }

    @Test
    void messagesQuoteBrieflyAndVisibly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.integer("\u001b[2J" + "9".repeat(5000)))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()))
                        .hasSizeLessThan(100)
                        .contains("\\x1b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CpuSet.parse("x".repeat(5000)))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(100));
    }
}
