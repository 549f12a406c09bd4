package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On code by the real compiler; [KernelModuleLabTest] has real modules.
class GuestPatProbeTest {
    @TempDir
    private Path temp;

    private Presence probe(String code) throws IOException {
        return GuestPatProbe.probe(ModuleFile.read(TinyModule.make(temp.resolve("kvm-amd.ko"), "6.1", code)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x668", "0x268"})
    void aStoreToTheFieldIsFound(String offset) throws IOException {
        Presence presence = probe("""
                int svm_set_msr(char **svm, int msr, long data) {
                    if (msr == 0x277) { *(volatile long *)(*svm + %s) = data; return 0; }
                    return 1;
                }
                """.formatted(offset));

        assertThat(presence.state()).isEqualTo(Presence.State.IN);
        assertThat(presence.evidence()).startsWith("svm_set_msr+0x").contains("offset " + offset);
    }

    @Test
    void aConstantStoredByAnyRegisterIsFound() throws IOException {
        Presence presence = probe("""
                int svm_set_msr(void) {
                    asm volatile("movq $0, 0x668(%r12)");
                    return 0;
                }
                """);

        assertThat(presence.state()).isEqualTo(Presence.State.IN);
    }

    @Test
    void aLoadOrAStoreElsewhereIsNone() throws IOException {
        Presence presence = probe("""
                int svm_set_msr(char *save, long data) {
                    *(volatile long *)(save + 0x660) = data;
                    return *(volatile long *)(save + 0x668);
                }
                void other(char *save, long data) { *(volatile long *)(save + 0x668) = data; }
                """);

        assertThat(presence.state()).isEqualTo(Presence.State.NOT_IN);
    }

    @Test
    void aHelperThatMayStoreLeavesItOpen() throws IOException {
        Presence presence = probe("""
                __attribute__((noinline)) void vmcb_set_gpat(char *save, long data) { *(volatile long *)(save + 8) = data; }
                int svm_set_msr(char *save, long data) { vmcb_set_gpat(save, data); return 0; }
                """);

        assertThat(presence.state()).isEqualTo(Presence.State.CANNOT_TELL);
        assertThat(presence.evidence()).contains("vmcb_set_gpat");
    }

    @Test
    void withoutTheFunctionNothingIsConcluded() throws IOException {
        assertThat(probe("int tiny(void) { return 1; }").state()).isEqualTo(Presence.State.CANNOT_TELL);
    }
}
