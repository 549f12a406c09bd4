package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.EmbeddedLibvirt;
import dev.nptune.host.CpuSet;
import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// New domains given to libvirt's schema, to libvirt and to QEMU themselves.
class NewDomainLibvirtTest {
    private static final CpuSet HERE = CpuSet.of(0);

    @TempDir
    Path folder;

    /// The examples that the installed libvirt can know, and many by chance.
    private static List<NewDomain> domains(int byChance, long seed) {
        List<NewDomain> domains = new ArrayList<>(NewDomainExamples.all().values().stream()
                .filter(d -> d.libvirt().equals(NewDomainExamples.LIBVIRT))
                .toList());
        Random random = new Random(seed);
        for (int i = 0; i < byChance; i++) {
            domains.add(NewDomainExamples.random(random, NewDomainExamples.name(random, i), HERE));
        }
        return domains;
    }

    private Path write(String xml, int number) throws IOException {
        return Files.writeString(folder.resolve(number + ".xml"), xml);
    }

    @Test
    void libvirtsSchemaAllowsThem() {
        Path schemas = Path.of(DomainSchema.FOLDER);
        assumeTrue(Files.exists(schemas.resolve("domain.rng")), "libvirt's schemas are not installed");
        for (NewDomain domain : domains(20, 1)) {
            assertThat(domain.toDomain().validated(schemas).schemaProblems().get())
                    .as(domain.xml())
                    .contains(List.of());
        }
    }

    /// Every line that was written is printed again, in the same order.
    @Test
    void libvirtTakesAllOfThemAndPrintsTheSame() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        List<NewDomain> domains = domains(200, 2);
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < domains.size(); i++) {
            NewDomain domain = domains.get(i);
            commands.add("define " + write(domain.xml(), i));
            commands.add("dumpxml --inactive --domain '" + domain.name().replace("'", "'\\''") + "'");
        }
        List<String> virsh = new ArrayList<>(List.of("virsh", "--quiet", "-c", "test:///default"));
        virsh.add(commands.stream().reduce((a, b) -> a + "; " + b).orElseThrow());
        Exec.Result result = Exec.run(Duration.ofMinutes(2), virsh);
        assertThat(result.err()).isEmpty();
        String[] printed = result.out().split("(?<=</domain>\n)\n*");
        assertThat(printed.length).isEqualTo(domains.size());
        for (int i = 0; i < printed.length; i++) {
            assertThat(lines(printed[i]))
                    .containsSubsequence(lines(domains.get(i).xml()));
        }
    }

    /// libvirt prints what it keeps of others' namespaces in double quotes. Its test driver does not know QEMU's.
    private static List<String> lines(String xml) {
        return xml.lines()
                .filter(l -> !l.contains("qemu:") || l.startsWith("<domain"))
                .map(l -> l.contains("libosinfo") ? l.replace('"', '\'') : l.replaceFirst(" xmlns:qemu='[^']*'", ""))
                .toList();
    }

    /// What is noted of a new domain must still be what libvirt prints after it was started anew.
    @Test
    void libvirtPrintsTheSameWhenItHasReadItAgain() throws IOException {
        EmbeddedLibvirt libvirt = new EmbeddedLibvirt(folder.resolve("l"));
        List<String> define = new ArrayList<>();
        List<String> print = new ArrayList<>();
        Random random = new Random(4);
        for (int i = 0; i < 60; i++) {
            NewDomain domain = NewDomainExamples.random(random, "vm" + i, HERE);
            define.add("define " + write(EmbeddedLibvirt.emulated(domain.xml()), i));
            print.add("dumpxml --inactive vm" + i);
        }
        define.addAll(print);
        String first = libvirt.run(define).out();
        assertThat(first.split("</domain>", -1).length).isEqualTo(60 + 1);
        assertThat(libvirt.run(print).out()).isEqualTo(first);
    }

    @Test
    void libvirtMakesAQemuCommandLineOfEach() throws IOException {
        EmbeddedLibvirt libvirt = new EmbeddedLibvirt(folder.resolve("l"));
        List<NewDomain> domains = domains(100, 3).stream()
                .filter(d -> !d.name().equals("threadripper"))
                .toList();
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < domains.size(); i++) {
            Path file = write(EmbeddedLibvirt.emulated(domains.get(i).xml()), i);
            commands.add("domxml-to-native qemu-argv " + file);
        }
        Exec.Result result = libvirt.run(commands);
        assertThat(result.ok()).as(result.err()).isTrue();
        List<String> lines = List.of(result.out().split("(?=LC_ALL=C PATH=)"));
        assertThat(lines.size()).isEqualTo(domains.size());
        for (int i = 0; i < lines.size(); i++) {
            NewDevices devices = domains.get(i).devices();
            assertThat(lines.get(i).split("\"driver\":\"vfio-pci\"", -1))
                    .hasSize(devices.hostdevs().size() + 1);
            assertThat(lines.get(i).split("\"driver\":\"virtio-blk-pci\"", -1))
                    .hasSize(devices.disks().size() + 1);
            assertThat(lines.get(i).contains("/dev/kvmfr0"))
                    .isEqualTo(devices.screen() instanceof NewScreen.LookingGlass g && g.kvmfr());
        }
    }

    /// libvirt starts QEMU and the VM stays paused before its first instruction. What is left out or replaced, see
    /// [EmbeddedLibvirt#startable]; disks, ISO images and their contents are made for it, pins and NUMA nodes are
    /// those of this machine.
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void qemuStartsThem(long seed) throws IOException {
        EmbeddedLibvirt libvirt = new EmbeddedLibvirt(folder.resolve("l"));
        NewDomain domain = startable(new Random(seed));
        Path file = write(EmbeddedLibvirt.startable(domain.xml()), 0);
        Exec.Result result = libvirt.run(List.of(
                "define " + file,
                "start --paused vm",
                "domstate vm",
                "qemu-monitor-command vm '{\"execute\":\"query-cpus-fast\"}'",
                "destroy vm"));
        assertThat(result.ok()).as(result.err() + domain.xml()).isTrue();
        assertThat(result.out()).contains("paused");
        int running = domain.vcpus().count() - domain.vcpus().disabled().size();
        assertThat(result.out().split("\"cpu-index\"", -1)).hasSize(running + 1);
    }

    private NewDomain startable(Random random) throws IOException {
        NewDomain domain = NewDomainExamples.random(random, "vm", HERE);
        while (needsMore(domain)) {
            domain = NewDomainExamples.random(random, "vm", HERE);
        }
        List<NewDisk> disks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            OptionalInt iothread = domain.vcpus().iothreads().isEmpty() ? OptionalInt.empty() : OptionalInt.of(1);
            disks.add(new NewDisk(NewDisk.Kind.RAW, image("disk, " + i), iothread));
        }
        NewDevices d = domain.devices();
        NewDevices here = new NewDevices(
                disks, List.of(image("a.iso")), d.hostdevs(), d.network(), d.input(), d.sound(), d.screen());
        return new NewDomain(
                domain.name(), domain.guest(), domain.libvirt(), domain.memory(), domain.vcpus(), domain.cpu(), here);
    }

    /// Whether it needs what no folder can give, or has nothing disabled, which is the part worth starting.
    private static boolean needsMore(NewDomain domain) {
        boolean kvmfr = domain.devices().screen() instanceof NewScreen.LookingGlass glass && glass.kvmfr();
        boolean sound = domain.devices().sound() instanceof NewSound.Pulseaudio;
        return kvmfr || sound || domain.vcpus().disabled().isEmpty();
    }

    private String image(String name) throws IOException {
        return Files.write(folder.resolve(name), new byte[1 << 20]).toString();
    }
}
