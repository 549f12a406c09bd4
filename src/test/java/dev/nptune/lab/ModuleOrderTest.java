package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleOrderTest {
    private static final ModuleOrder ORDER = new ModuleOrder("""
            kernel/drivers/ata/ahci.ko: kernel/drivers/ata/libahci.ko kernel/drivers/ata/libata.ko kernel/scsi_mod.ko
            kernel/drivers/ata/libahci.ko: kernel/drivers/ata/libata.ko kernel/scsi_mod.ko
            kernel/drivers/ata/libata.ko: kernel/scsi_mod.ko
            kernel/scsi_mod.ko:
            kernel/sd_mod.ko.xz: kernel/scsi_mod.ko
            kernel/virtio-pci.ko:

            no line of modules.dep
            """);

    @Test
    void dependenciesComeFirst() {
        assertThat(ORDER.loading(List.of("ahci")))
                .containsExactly(
                        "kernel/scsi_mod.ko",
                        "kernel/drivers/ata/libata.ko",
                        "kernel/drivers/ata/libahci.ko",
                        "kernel/drivers/ata/ahci.ko");
    }

    @Test
    void whatTwoNeedIsLoadedOnce() {
        assertThat(ORDER.loading(List.of("sd_mod", "libata", "sd_mod")))
                .containsExactly("kernel/scsi_mod.ko", "kernel/sd_mod.ko.xz", "kernel/drivers/ata/libata.ko");
    }

    @Test
    void hyphenAndUnderscoreAreTheSame() {
        assertThat(ORDER.loading(List.of("virtio_pci"))).isEqualTo(ORDER.loading(List.of("virtio-pci")));
    }

    @Test
    void anUnknownModuleIsNamed() {
        assertThatThrownBy(() -> ORDER.loading(List.of("ahci", "nvidia")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the kernel has no module nvidia");
    }

    @Test
    void noneNeedsNothing() {
        assertThat(ORDER.loading(List.of())).isEmpty();
    }
}
