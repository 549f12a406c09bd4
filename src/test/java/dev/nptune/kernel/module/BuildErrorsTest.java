package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuildErrorsTest {
    private static final Path FOLDER = Path.of("/build/arch/x86/kvm");

    @Test
    void theCompilersFirstErrorIsTold() {
        Exec.Result result = new Exec.Result(2, "  CC [M]  /build/arch/x86/kvm/svm/svm.o\n", """
                /build/arch/x86/kvm/svm/svm.c: In function 'svm_set_msr':
                /build/arch/x86/kvm/svm/svm.c:2931:9: error: 'oops' undeclared (first use in this function)
                /build/arch/x86/kvm/svm/svm.c:2940:9: error: expected ';'
                make[1]: *** [scripts/Makefile.build:250: /build/arch/x86/kvm/svm/svm.o] Error 1
                """);

        assertThat(BuildErrors.first(result, FOLDER))
                .isEqualTo("svm/svm.c:2931:9: error: 'oops' undeclared (first use in this function)");
    }

    @Test
    void aSymbolThatNobodyHasIsAnError() {
        Exec.Result result = new Exec.Result(2, "", """
                ERROR: modpost: "kvm_nothing" [/build/arch/x86/kvm/kvm-amd.ko] undefined!
                make[1]: *** [scripts/Makefile.modpost:126: Module.symvers] Error 1
                """);

        assertThat(BuildErrors.first(result, FOLDER))
                .isEqualTo("ERROR: modpost: \"kvm_nothing\" [kvm-amd.ko] undefined!");
    }

    @Test
    void aFullDiskIsSaidBeforeAllElse() {
        Exec.Result result = new Exec.Result(2, "", """
                svm.c:1:1: fatal error: error writing to /tmp/x.s
                /tmp/x.s: No space left on device
                """);

        assertThat(BuildErrors.first(result, FOLDER)).contains("No space left on device");
    }
}
