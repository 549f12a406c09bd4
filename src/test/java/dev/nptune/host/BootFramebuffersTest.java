package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.host.Graphics.AddressRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootFramebuffersTest {
    @Test
    void wholeWayDownAndEachOnce() {
        assertThat(BootFramebuffers.parse("""
                00000000-00000fff : Reserved
                00001000-0009ffff : System RAM
                000a0000-000bffff : PCI Bus 0000:00
                d0000000-febfffff : PCI Bus 0000:00
                  d0000000-e1ffffff : PCI Bus 0000:01
                    d0000000-dfffffff : 0000:01:00.0
                      d0000000-d02fffff : BOOTFB
                        d0000000-d02fffff : simplefb
                    d0000000-d02fffff : BOOTFB
                fd00000000-fd007fffff : efifb
                100000000-83fffffff : System RAM
                  123000000-1236fffff : Kernel code
                """))
                .containsExactly(
                        new AddressRange("BOOTFB", 0xd0000000L, 0xd02fffffL),
                        new AddressRange("simplefb", 0xd0000000L, 0xd02fffffL),
                        new AddressRange("efifb", 0xfd00000000L, 0xfd007fffffL));
    }

    @Test
    void noneIsKnownToBeNone() {
        assertThat(BootFramebuffers.parse("00000000-00000fff : Reserved\n00001000-0009ffff : BOOTFB of old\n"))
                .isEmpty();
    }

    @Test
    void hiddenAddressesAreNotNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BootFramebuffers.parse("""
                        00000000-00000000 : Reserved
                        00000000-00000000 : PCI Bus 0000:00
                          00000000-00000000 : BOOTFB
                        """))
                .withMessage("addresses are shown to root only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "fffffffffffffffff-fffffffffffffffff : BOOTFB"})
    void whatIsNoMapSaysNothing(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BootFramebuffers.parse(text));
    }

    @Test
    void onlySoMany() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            text.append(String.format("%08x-%08x : BOOTFB%n", i * 16, i * 16 + 15));
        }
        assertThat(BootFramebuffers.parse(text.toString())).hasSize(64);
    }
}
