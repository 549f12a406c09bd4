package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PciAddressTest {
    @Test
    void parsesLongAndShortForms() {
        assertThat(PciAddress.parse("0a:00.1")).isEqualTo(new PciAddress(0, 0x0a, 0, 1));
        assertThat(PciAddress.parse("10000:E1:1f.7")).hasToString("10000:e1:1f.7");
        assertThat(PciAddress.parse("ffffffff:00:00.0")).hasToString("ffffffff:00:00.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00:00", "00:20.0", "00:00.8", "0:00:00.0", "100000000:00:00.0", "00:00.0 ", "g0:00.0"})
    void refusesWhatIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PciAddress.parse(text));
    }

    @Test
    void partsHaveRanges() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, 256, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, 0, 32, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PciAddress(0, 0, 0, -1));
    }

    @Test
    void parsingWhatWasPrintedGivesTheSameAddress() {
        addresses(1700, 5000).forEach(address -> {
            assertThat(PciAddress.parse(address.toString())).isEqualTo(address);
            assertThat(PciAddress.parse(address.toString().toUpperCase(Locale.ROOT)))
                    .isEqualTo(address);
        });
    }

    @Test
    void orderIsThatOfTheBus() {
        List<PciAddress> addresses = addresses(1800, 1000).toList();
        Comparator<PciAddress> byNumber = Comparator.comparingLong(
                a -> Integer.toUnsignedLong(a.domain()) << 16 | a.bus() << 8 | a.slot() << 3 | a.function());
        assertThat(addresses.stream().sorted().toList())
                .isEqualTo(addresses.stream().sorted(byNumber).toList());
    }

    @Test
    void functionsOfOneSlotAreOneDevice() {
        PciAddress gpu = PciAddress.parse("01:00.0");
        assertThat(gpu.sameDevice(PciAddress.parse("01:00.1"))).isTrue();
        assertThat(gpu.sameDevice(PciAddress.parse("0001:01:00.0"))).isFalse();
    }

    private static Stream<PciAddress> addresses(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> new PciAddress(
                        random.nextBoolean() ? random.nextInt(3) : random.nextInt(),
                        random.nextInt(256),
                        random.nextInt(32),
                        random.nextInt(8)))
                .limit(count);
    }
}
