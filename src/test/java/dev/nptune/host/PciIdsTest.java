package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PciIdsTest {
    private static final PciIds SMALL = new PciIds("""
            # 10de  not this
            10de  NVIDIA Corporation
            \t1b80  GP104 [GeForce GTX 1080]
            # between
            \t\t1043 8591  Strix
            \t\t1458 3702  Großartig
            \t1b81  GP104 [GeForce GTX 1070]
            \t\t1043 8591  Not the same
            1458  Gigabyte
            C 03  Display controller
            \t00  VGA compatible controller
            \t\t01  8514 controller
            C 06  Bridge""".getBytes(StandardCharsets.UTF_8));

    @Test
    void namesAreFoundInTheirPlace() {
        assertThat(SMALL.vendor(0x10de)).contains("NVIDIA Corporation");
        assertThat(SMALL.device(0x10de, 0x1b81)).contains("GP104 [GeForce GTX 1070]");
        assertThat(SMALL.subsystem(0x10de, 0x1b80, 0x1458, 0x3702)).contains("Großartig");
        assertThat(SMALL.className(0x030000)).contains("VGA compatible controller");
        assertThat(SMALL.className(0x038000)).contains("Display controller");
        assertThat(SMALL.className(0x060400)).contains("Bridge");
    }

    @Test
    void whatIsNotListedHasNoName() {
        assertThat(SMALL.vendor(0x10df)).isEmpty();
        assertThat(SMALL.vendor(-1)).isEmpty();
        assertThat(SMALL.device(0x10de, 0x3702)).isEmpty();
        assertThat(SMALL.device(0x1458, 0x1b80)).isEmpty();
        assertThat(SMALL.subsystem(0x10de, 0x1b81, 0x1458, 0x3702)).isEmpty();
        assertThat(SMALL.className(0xff0000)).isEmpty();
        assertThat(new PciIds(new byte[0]).vendor(0x10de)).isEmpty();
        assertThat(new PciIds("10de".getBytes(StandardCharsets.UTF_8)).vendor(0x10de))
                .isEmpty();
    }

    @Test
    void theBundledListKnowsTheUsualSuspects() {
        PciIds ids = PciIds.bundled();
        assertThat(ids.vendor(0x1022)).contains("Advanced Micro Devices, Inc. [AMD]");
        assertThat(ids.device(0x10de, 0x1b81)).contains("GP104 [GeForce GTX 1070]");
        assertThat(ids.className(0x0c0330)).contains("USB controller");
        assertThat(ids.vendor(0xffff)).contains("Illegal Vendor ID");
        assertThat(ids.className(0xff0000)).contains("Unassigned class");
    }
}
