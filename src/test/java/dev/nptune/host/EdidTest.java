package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EdidTest {
    /// A block of a maker "DEL", product a0c4, with a serial number and a name.
    static byte[] block(String name) {
        byte[] edid = new byte[128];
        Arrays.fill(edid, 1, 7, (byte) 0xff);
        edid[8] = 0x10;
        edid[9] = (byte) 0xac;
        edid[10] = (byte) 0xc4;
        edid[11] = (byte) 0xa0;
        descriptor(edid, 54, 0xff, "SECRET123\n");
        descriptor(edid, 108, 0xfc, name);
        return edid;
    }

    private static void descriptor(byte[] edid, int at, int tag, String text) {
        edid[at + 3] = (byte) tag;
        Arrays.fill(edid, at + 5, at + 18, (byte) ' ');
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, edid, at + 5, Math.min(13, bytes.length));
    }

    @Test
    void theMonitorsNameForItself() {
        assertThat(Edid.monitor(block("DELL U2715H\n  "))).isEqualTo("DELL U2715H");
        assertThat(Edid.monitor(block("thirteen chrs"))).isEqualTo("thirteen chrs");
        assertThat(Edid.monitor(block("\u001b[2J\n"))).isEqualTo("\\x1b[2J");
    }

    @Test
    void withoutANameMakerAndProduct() {
        assertThat(Edid.monitor(block("\n"))).isEqualTo("DEL a0c4");
    }

    @Test
    void anythingElseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Edid.monitor(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Edid.monitor(new byte[128]));
        assertThatIllegalArgumentException().isThrownBy(() -> Edid.monitor(Arrays.copyOf(block("X\n"), 127)));
    }

    @Test
    void noByteBreaksIt() {
        SplittableRandom random = new SplittableRandom(54);
        for (int round = 0; round < 2000; round++) {
            byte[] edid = block("DELL\n");
            for (int hit = random.nextInt(40); hit >= 0; hit--) {
                edid[8 + random.nextInt(120)] = (byte) random.nextInt();
            }
            assertThat(Edid.monitor(edid)).isNotEmpty().doesNotContain("\n", "\u001b");
        }
    }
}
