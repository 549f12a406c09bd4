package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeldVmTest {
    @Test
    void whatAVmPrintsIsRead() {
        assertThat(HeldVm.parse(List.of(
                        "[    1.5] NPTUNE-GPU 0000:00:01.0 0x1234 0x1111",
                        "NPTUNE-PAT WB  WC  UC- UC  WB  WP  UC- WT  ",
                        "NPTUNE-HOLD 0x7f1234567000 0x7f1230000000 0x1f234000")))
                .contains(new HeldVm(0x7f12_3456_7000L, 0x7f12_3000_0000L, 0x1f23_4000L, "WB WC UC- UC WB WP UC- WT"));
    }

    @Test
    void itDoesNotHoldBeforeItSaysSo() {
        assertThat(HeldVm.parse(List.of("NPTUNE-PAT WB WC", "NPTUNE-HOLD 0x7f12")))
                .isEmpty();
    }
}
