package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfModuleTest {
    @TempDir
    private Path temp;

    private byte[] tiny() throws IOException {
        return Files.readAllBytes(TinyModule.make(temp.resolve("tiny.ko"), "6.1 SMP ", """
                struct version { unsigned long crc; char name[56]; };
                static const struct version v[] __attribute__((section("__versions"), used)) =
                    {{0xdeadbeef, "printk"}, {1, "kfree"}};
                int __ksymtab_mine;
                extern void printk(void);
                void call(void) { printk(); }
                """));
    }

    @Test
    void aModuleTellsWhatItIsFor() throws IOException {
        ElfModule module = ElfModule.parse(tiny());

        assertThat(module.info("vermagic")).containsExactly("6.1 SMP ");
        assertThat(module.info("license")).containsExactly("GPL");
        assertThat(module.info("none")).isEmpty();
        assertThat(module.versions())
                .containsEntry("printk", 0xdeadbeef)
                .containsEntry("kfree", 1)
                .hasSize(2);
        assertThat(module.imports()).containsExactly("printk");
        assertThat(module.exports()).containsExactly("mine");
        assertThat(module.code("call")).hasSize(1);
        assertThat(module.code("cal")).isEmpty();
        assertThat(module.functions()).contains("call");
    }

    @Test
    void aModuleCutOffIsRefused() throws IOException {
        byte[] whole = tiny();
        // the table of sections is at the end
        for (int length = 0; length < whole.length - 64; length += 7) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ElfModule.parse(part)).isInstanceOf(IOException.class);
        }
    }

    /// Damage may go unnoticed, but only ever ends in an answer or an [IOException].
    @Test
    void damageIsSurvived() throws IOException {
        byte[] whole = tiny();
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            for (int k = 0; k < 8; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                ElfModule module = ElfModule.parse(damaged);
                module.versions();
                module.info("vermagic");
                module.code("call");
                module.buildId();
            } catch (IOException _) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void anotherFileIsNoModule() {
        assertThatThrownBy(() -> ElfModule.parse(new byte[200]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no kernel module");
    }
}
