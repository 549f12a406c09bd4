package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a tree as small as can be, whose makefiles the real make reads.
class ModuleMapTest {
    @TempDir
    private Path top;

    private ModuleMap map = new ModuleMap(new ShadowTree(Path.of(""), Path.of("")), makefiles(Path.of("")));

    private static FolderMakefile makefiles(Path top) {
        return new FolderMakefile(
                new ShadowTree(top, top), new BuildTools("make", "gcc", "", "", System.getenv("PATH"), List.of()));
    }

    @BeforeEach
    void tree() throws IOException {
        assumeTrue(Programs.find("make", System.getenv("PATH")).isPresent(), "no make here");
        write("include/config/auto.conf", "CONFIG_KVM=m\nCONFIG_KVM_AMD=m\nCONFIG_X86_64=y\nCONFIG_PCI=y\n");
        write("virt/kvm/Makefile.kvm", "KVM ?= ../../../virt/kvm\nkvm-y := $(KVM)/kvm_main.o\n");
        write("arch/x86/kvm/Makefile", """
                include $(srctree)/virt/kvm/Makefile.kvm
                kvm-y += x86.o \\
                    mmu/mmu.o
                kvm-$(CONFIG_X86_64) += mmu/tdp_mmu.o
                kvm-$(CONFIG_KVM_XEN) += xen.o
                kvm-amd-y += svm/svm.o
                ifdef CONFIG_HYPERV
                kvm-amd-y += svm/svm_onhyperv.o
                endif
                obj-$(CONFIG_KVM) += kvm.o
                obj-$(CONFIG_KVM_AMD) += kvm-amd.o
                """);
        write("arch/x86/kvm/svm/svm.c", "#include \"svm.h\"\n#include <linux/kvm_host.h>\n");
        write("arch/x86/kvm/svm/svm.h", "#include \"kvm_cache_regs.h\"\n");
        write("arch/x86/kvm/kvm_cache_regs.h", "");
        write("arch/x86/kvm/x86.c", "#include \"kvm_cache_regs.h\"\n#include <linux/kvm_host.h>\n");
        write("arch/x86/kvm/mmu/mmu.c", "#include \"paging_tmpl.h\"\n");
        write("arch/x86/kvm/mmu/paging_tmpl.h", "");
        write("arch/x86/kvm/xen.c", "");
        write("virt/kvm/kvm_main.c", "");
        write("include/linux/kvm_host.h", "");
        write("include/linux/pci.h", "");
        write("drivers/pci/Makefile", "obj-$(CONFIG_PCI) += pci.o quirks.o\n");
        write("drivers/pci/quirks.c", "#include \"pci.h\"\n");
        write("drivers/pci/pci.h", "");
        write("drivers/vfio/pci/Makefile", "vfio-pci-objs := vfio_pci.o vfio_pci_igd.o\nobj-m += vfio-pci.o\n");
        write("drivers/vfio/pci/vfio_pci.c", "");
        map = new ModuleMap(new ShadowTree(top, top), makefiles(top));
    }

    private void write(String name, String text) throws IOException {
        Path file = top.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private Map<String, Set<String>> modules(String... files) throws IOException, UserException {
        return map.modules(List.of(files));
    }

    private UserException refusal(String file) {
        return catchThrowableOfType(UserException.class, () -> modules(file));
    }

    @Test
    void aSourceBelongsToTheModuleThatListsIt() throws Exception {
        assertThat(modules("arch/x86/kvm/svm/svm.c")).isEqualTo(Map.of("arch/x86/kvm", Set.of("kvm-amd")));
        assertThat(modules("drivers/vfio/pci/vfio_pci.c")).isEqualTo(Map.of("drivers/vfio/pci", Set.of("vfio-pci")));
    }

    @Test
    void withKvmGoAllOfItsFolder() throws Exception {
        Map<String, Set<String>> both = Map.of("arch/x86/kvm", Set.of("kvm", "kvm-amd"));

        assertThat(modules("arch/x86/kvm/x86.c")).isEqualTo(both);
        assertThat(modules("virt/kvm/kvm_main.c")).isEqualTo(both);
        assertThat(modules("arch/x86/kvm/mmu/paging_tmpl.h")).isEqualTo(both);
        assertThat(modules("include/linux/kvm_host.h")).isEqualTo(both);
    }

    @Test
    void aHeaderBelongsToAllThatIncludeItByWhicheverWay() throws Exception {
        assertThat(modules("arch/x86/kvm/svm/svm.h")).isEqualTo(Map.of("arch/x86/kvm", Set.of("kvm-amd")));
        assertThat(modules("arch/x86/kvm/kvm_cache_regs.h"))
                .isEqualTo(Map.of("arch/x86/kvm", Set.of("kvm", "kvm-amd")));
    }

    @Test
    void whatIsBuiltInIsNoModules() {
        assertThat(refusal("drivers/pci/quirks.c"))
                .hasMessage("cannot change drivers/pci/quirks.c by building a module: it is built into the kernel");
        assertThat(refusal("drivers/pci/quirks.c").nextStep()).contains("nptune patch recipe");
        assertThat(refusal("drivers/pci/pci.h")).hasMessageContaining("drivers/pci/quirks.o is made from it");
        assertThat(refusal("include/linux/pci.h")).hasMessageContaining("the kernel's image is built from too");
    }

    @Test
    void whatTheConfigurationLeavesOutIsSaid() {
        assertThat(refusal("arch/x86/kvm/xen.c")).hasMessageContaining("no module of this kernel is made from it");
    }

    @Test
    void documentsCountForNothing() throws Exception {
        assertThat(modules("Documentation/virt/kvm/api.rst", "MAINTAINERS", "arch/x86/kvm/svm/svm.c"))
                .isEqualTo(Map.of("arch/x86/kvm", Set.of("kvm-amd")));
    }

    @Test
    void aBuiltInKvmCannotBeExchanged() throws Exception {
        write("include/config/auto.conf", "CONFIG_KVM=y\nCONFIG_KVM_AMD=y\nCONFIG_X86_64=y\n");

        assertThat(refusal("arch/x86/kvm/svm/svm.c")).hasMessageContaining("it is built into the kernel");
    }

    @Test
    void aMakefileTouchesAllItMakes() throws Exception {
        assertThat(modules("drivers/vfio/pci/Makefile")).isEqualTo(Map.of("drivers/vfio/pci", Set.of("vfio-pci")));
    }
}
