package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FolderModulesTest {
    @Test
    void objectsAreNamedFromTheTop() {
        FolderModules modules = FolderModules.parse("arch/x86/kvm", """
                m kvm.o ../../../virt/kvm/kvm_main.o x86.o mmu/mmu.o x86.o
                m kvm-amd.o svm/svm.o svm/vmenter.o
                make: a remark
                """);

        assertThat(modules.modules().get("kvm"))
                .containsExactly("virt/kvm/kvm_main.o", "arch/x86/kvm/x86.o", "arch/x86/kvm/mmu/mmu.o");
        assertThat(modules.owning("arch/x86/kvm/svm/svm.o")).containsExactly("kvm-amd");
        assertThat(modules.owning("arch/x86/kvm/svm/other.o")).isEmpty();
    }

    @Test
    void aModuleOfOneSourceIsItsOwnObject() {
        FolderModules modules = FolderModules.parse("virt/lib", "m irqbypass.o \n");

        assertThat(modules.modules().get("irqbypass")).containsExactly("virt/lib/irqbypass.o");
    }

    @Test
    void whatIsBuiltInIsKnownByItsParts() {
        FolderModules modules = FolderModules.parse("drivers/pci", "y quirks.o \ny pci-core.o pci.o probe.o\n");

        assertThat(modules.builtIn())
                .containsExactlyInAnyOrder("drivers/pci/quirks.o", "drivers/pci/pci.o", "drivers/pci/probe.o");
        assertThat(modules.modules()).isEmpty();
    }
}
