package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionsTest {
    private static void ascending(String... versions) {
        List<String> mixed = new ArrayList<>(List.of(versions));
        Collections.shuffle(mixed, new Random(1));
        mixed.sort(Versions::compare);
        assertThat(mixed).containsExactly(versions);
        for (int i = 1; i < versions.length; i++) {
            assertThat(Versions.compare(versions[i - 1], versions[i]))
                    .as("%s %s", versions[i - 1], versions[i])
                    .isNegative();
        }
    }

    /// The order in the "Version Format Specification".
    @Test
    void asTheSpecificationHasIt() {
        ascending(
                "122.1",
                "123~rc1-1",
                "123",
                "123-a",
                "123-a.1",
                "123-1",
                "123-1.1",
                "123^post1",
                "123.a-1",
                "123.1-1",
                "123a-1",
                "124-1");
    }

    @Test
    void kernelsAndTheirEntries() {
        ascending("6.1.0-49-amd64~nptune", "6.1.0-49-amd64", "6.1.0-50-amd64", "6.2.0", "6.10.0");
        ascending(
                "arch-fallback.conf",
                "arch-lts.conf",
                "arch-nptune-before.conf",
                "arch-zen.conf",
                "arch.a-nptune-before.conf",
                "arch.conf",
                "archiso.conf",
                "0-nptune-before-arch.conf");
        ascending("arch-linux-nptune-before.efi", "arch-linux.efi");
    }

    @Test
    void otherCharactersAndZerosInFrontDoNotCount() {
        assertThat(Versions.compare("123_a", "123a")).isZero();
        assertThat(Versions.compare("6.12.48+deb13", "6.12.48deb13")).isZero();
        assertThat(Versions.compare("1.007", "1.7")).isZero();
        assertThat(Versions.compare("1.0", "1.a")).isPositive();
        assertThat(Versions.compare("", "1")).isNegative();
        assertThat(Versions.compare("1", "")).isPositive();
        assertThat(Versions.compare("", "")).isZero();
        assertThat(Versions.compare("1~", "1")).isNegative();
        assertThat(Versions.compare("1-", "1.")).isNegative();
    }
}
