package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SymbolVersionsTest {
    private static final String KERNEL = """
            0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t
            0xfffffffe\tkvm_set_msr\tarch/x86/kvm/kvm\tEXPORT_SYMBOL_GPL\t
            """;

    @Test
    void whatFitsHasNoMisfits() throws IOException {
        SymbolVersions kernel = SymbolVersions.parse(KERNEL);

        assertThat(kernel.misfits(Map.of("printk", 1, "kvm_set_msr", 0xfffffffe), SymbolVersions.parse("")))
                .isEmpty();
    }

    @Test
    void anotherVersionAndNoVersionAreMisfits() throws IOException {
        SymbolVersions kernel = SymbolVersions.parse(KERNEL);

        assertThat(kernel.misfits(Map.of("printk", 2), SymbolVersions.parse("")))
                .containsExactly("printk has version 00000001, built against 00000002");
        assertThat(kernel.misfits(Map.of("gone", 2), SymbolVersions.parse("")))
                .containsExactly("gone is exported by nobody");
    }

    @Test
    void whatIsBuiltAlongCountsBeforeTheKernels() throws IOException {
        SymbolVersions along = SymbolVersions.parse("0x00000007\tkvm_set_msr\tkvm\tEXPORT_SYMBOL_GPL\t\n");
        SymbolVersions kernel = SymbolVersions.parse(KERNEL);

        assertThat(kernel.misfits(Map.of("kvm_set_msr", 7), along)).isEmpty();
        assertThat(kernel.changed("arch/x86/kvm/kvm", along)).containsExactly("kvm_set_msr");
    }

    @Test
    void aLineWithoutAVersionIsRefused() {
        assertThatThrownBy(() -> SymbolVersions.parse("printk\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("without a version");
    }
}
