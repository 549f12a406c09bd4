package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourcePartsTest {
    @Test
    void kvmNeedsItsFolderAndWhatArchitecturesShare() {
        assertThat(SourceParts.of(List.of("arch/x86/kvm/svm/svm.c")))
                .containsExactly("Makefile", "arch/x86/kvm/", "arch/x86/kvm/svm/svm.c", "virt/");
    }

    @Test
    void aDriverNeedsItsSubsystem() {
        assertThat(SourceParts.of(List.of("drivers/vfio/pci/vfio_pci_core.c")))
                .containsExactly("Makefile", "drivers/vfio/", "drivers/vfio/pci/vfio_pci_core.c");
        assertThat(SourceParts.of(List.of("drivers/gpu/drm/amd/amdgpu/amdgpu_device.c")))
                .contains("drivers/gpu/drm/amd/");
    }

    @Test
    void headersOfAllComeFromTheHeadersPackage() {
        assertThat(SourceParts.of(List.of("include/linux/pci.h"))).containsExactly("Makefile", "include/linux/pci.h");
        assertThat(SourceParts.of(List.of("arch/x86/include/asm/kvm_host.h"))).contains("arch/x86/kvm/", "virt/");
    }

    @Test
    void documentsNeedNothing() {
        assertThat(SourceParts.of(List.of("Documentation/virt/kvm/api.rst", "MAINTAINERS")))
                .containsExactly("Documentation/virt/kvm/api.rst", "MAINTAINERS", "Makefile");
    }
}
