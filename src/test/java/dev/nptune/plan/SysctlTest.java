package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlTest {
    private static final String KEY = "kernel.numa_balancing";

    private static Optional<Sysctl.Setting> inForce(Map<String, String> files) {
        return new Sysctl(files).inForce(KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.numa_balancing=1",
                "kernel/numa_balancing = 1",
                " -kernel.numa_balancing =1 ",
                "kernel.numa_balancing = 0\nkernel.numa_balancing = 1"
            })
    void whatSetsIt(String text) {
        assertThat(inForce(Map.of("/etc/sysctl.d/10-x.conf", text)))
                .contains(new Sysctl.Setting("/etc/sysctl.d/10-x.conf", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#kernel.numa_balancing=1",
                ";kernel.numa_balancing=1",
                "kernel.numa_balancing_rate=1",
                "kernelxnuma_balancing=1",
                "kernel.numa_balancing"
            })
    void whatDoesNot(String text) {
        assertThat(inForce(Map.of("/etc/sysctl.d/10-x.conf", text))).isEmpty();
        assertThat(inForce(Map.of("/etc/sysctl.d/10-x.txt", KEY + "=1"))).isEmpty();
    }

    @Test
    void theLastFileByNameCountsAndOneHidesItsNameInLaterFolders() {
        assertThat(inForce(Map.of("/usr/lib/sysctl.d/50-b.conf", KEY + "=2", "/etc/sysctl.d/10-a.conf", KEY + "=1")))
                .contains(new Sysctl.Setting("/usr/lib/sysctl.d/50-b.conf", "2"));
        assertThat(inForce(Map.of("/usr/lib/sysctl.d/50-b.conf", KEY + "=2", "/etc/sysctl.d/50-b.conf", "")))
                .isEmpty();
        assertThat(inForce(Map.of(Sysctl.LAST, KEY + "=3", "/etc/sysctl.d/99-z.conf", KEY + "=1")))
                .contains(new Sysctl.Setting(Sysctl.LAST, "3"));
    }

    @Test
    void aLinkToTheOldFileHasThePlaceOfItsOwnName() {
        String link = "/etc/sysctl.d/99-sysctl.conf";
        assertThat(inForce(Map.of(link, KEY + "=3", "/etc/sysctl.d/99-z.conf", KEY + "=1")))
                .contains(new Sysctl.Setting("/etc/sysctl.d/99-z.conf", "1"));
        assertThat(new Sysctl(Map.of(link, KEY + "=1")).set("r", KEY, "0", "Set it", "Why."))
                .contains(new Sysctl.Setting(link, "1"));
    }

    private static List<Change> set(Map<String, String> files, String value) {
        Sysctl sysctl = new Sysctl(files);
        assertThat(sysctl.set("r", KEY, value, "Set it", "Why.")).isEmpty();
        Draft draft = new Draft(Domain.NONE, Set.of());
        sysctl.addTo(draft);
        return draft.plan().changes();
    }

    @Test
    void theLineIsAddedOrReplacedWhereItIs() {
        assertThat(set(Map.of(), "0"))
                .containsExactly(new Change.EditFile(
                        "Set it", List.of("r"), Sysctl.FILE, null, "# Why.\nkernel.numa_balancing = 0\n"));
        String there = "# mine\nkernel/numa_balancing=1\nvm.swappiness = 1\nkernel.numa_balancing=2";
        assertThat(set(Map.of(Sysctl.FILE, there), "0"))
                .containsExactly(new Change.EditFile(
                        "Set it",
                        List.of("r"),
                        Sysctl.FILE,
                        there,
                        "# mine\nkernel.numa_balancing = 0\nvm.swappiness = 1\n"));
        assertThat(set(Map.of(Sysctl.FILE, "vm.swappiness = 1"), "0"))
                .containsExactly(new Change.EditFile(
                        "Set it",
                        List.of("r"),
                        Sysctl.FILE,
                        "vm.swappiness = 1",
                        "vm.swappiness = 1\n# Why.\nkernel.numa_balancing = 0\n"));
    }

    @Test
    void whatIsSetAlreadyIsLeft() {
        assertThat(set(Map.of("/etc/sysctl.d/99-x.conf", KEY + "=0"), "0")).isEmpty();
        assertThat(set(Map.of(Sysctl.FILE, KEY + " = 0\n"), "0")).isEmpty();
        assertThat(set(Map.of("/etc/sysctl.d/10-x.conf", KEY + "=1"), "0")).hasSize(1);
    }

    @Test
    void whatWinsIsNotFoughtWith() {
        for (String file : List.of(Sysctl.LAST, "/usr/lib/sysctl.d/95-x.conf")) {
            Sysctl sysctl = new Sysctl(Map.of(file, KEY + "=1"));
            assertThat(sysctl.set("r", KEY, "0", "Set it", "Why.")).contains(new Sysctl.Setting(file, "1"));
            Draft draft = new Draft(Domain.NONE, Set.of());
            sysctl.addTo(draft);
            assertThat(draft.plan().changes()).isEmpty();
        }
    }

    @Test
    void severalAreOneEdit() {
        Sysctl sysctl = new Sysctl(Map.of());
        sysctl.set("a", "vm.nr_hugepages", "4", "Reserve", "Pages.");
        sysctl.set("b", KEY, "0", "Set it", "Why.");
        assertThat(sysctl.inForce("vm.nr_hugepages")).contains(new Sysctl.Setting(Sysctl.FILE, "4"));
        Draft draft = new Draft(Domain.NONE, Set.of());
        sysctl.addTo(draft);
        assertThat(draft.plan().changes())
                .containsExactly(new Change.EditFile(
                        "Reserve; Set it",
                        List.of("a", "b"),
                        Sysctl.FILE,
                        null,
                        "# Pages.\nvm.nr_hugepages = 4\n# Why.\nkernel.numa_balancing = 0\n"));
    }
}
