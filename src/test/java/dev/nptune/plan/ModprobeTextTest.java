package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModprobeTextTest {
    private static String drop(String text, int line) {
        return ModprobeText.drop(text, line, "kvm_amd", "npt").orElse("(nothing to drop)");
    }

    @Test
    void dropsOneOptionAndKeepsTheRest() {
        String text = "# mine\noptions kvm_amd nested=1 npt=0 avic=1  # x\noptions kvm ignore_msrs=1\n";
        assertThat(drop(text, 2))
                .isEqualTo("# mine\noptions kvm_amd nested=1 avic=1  # x\noptions kvm ignore_msrs=1\n");
    }

    @Test
    void firstAndLastOptions() {
        assertThat(drop("options kvm-amd npt=0 nested=1\n", 1)).isEqualTo("options kvm-amd nested=1\n");
        assertThat(drop("options kvm-amd nested=1 npt=0\n", 1)).isEqualTo("options kvm-amd nested=1\n");
        assertThat(drop("options\tkvm_amd\tnested=1\tnpt=0", 1)).isEqualTo("options\tkvm_amd\tnested=1");
    }

    @Test
    void aLineWithoutOptionsGoes() {
        assertThat(drop("# mine\n  options kvm_amd npt=0\n# end\n", 2)).isEqualTo("# mine\n# end\n");
    }

    @Test
    void aFileOfBlanksIsEmpty() {
        assertThat(drop("\noptions kvm_amd npt=0\n\n", 2)).isEmpty();
        assertThat(drop("options kvm_amd npt=0", 1)).isEmpty();
    }

    @Test
    void linesThatGoOn() {
        assertThat(drop("options kvm_amd \\\n  nested=1 \\\n  npt=0\n# end\n", 1))
                .isEqualTo("options kvm_amd \\\n  nested=1\n# end\n");
        assertThat(drop("options kvm_amd \\\n  npt=0 \\\n  nested=1\n", 1))
                .isEqualTo("options kvm_amd \\\n  nested=1\n");
        assertThat(drop("options kvm_amd \\\n  npt=0\n# end\n", 1)).isEqualTo("# end\n");
    }

    @Test
    void otherLinesAreLeftAlone() {
        assertThat(drop("options kvm npt=0\n", 1)).isEqualTo("(nothing to drop)");
        assertThat(drop("# options kvm_amd npt=0\n", 1)).isEqualTo("(nothing to drop)");
        assertThat(drop("options kvm_amd xnpt=0 npt_x=1\n", 1)).isEqualTo("(nothing to drop)");
        assertThat(drop("options kvm_amd npt=0\n", 7)).isEqualTo("(nothing to drop)");
        assertThat(drop("", 1)).isEqualTo("(nothing to drop)");
    }
}
