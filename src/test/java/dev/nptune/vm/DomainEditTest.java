package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.Resources;
import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.UnifiedDiff;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.xmlunit.assertj3.XmlAssert;

/// Every edit on an untuned and on a tuned domain. The golden file is the difference to the input: together with the
/// input it fixes every character of the output.
class DomainEditTest {
    private static final Map<String, UnaryOperator<Domain>> EDITS = new TreeMap<>(Map.ofEntries(
            Map.entry("vcpupin", d -> d.withVcpuPin(1, CpuSet.of(3)).withVcpuPin(0, CpuSet.parse("2,10"))),
            Map.entry("emulatorpin", d -> d.withEmulatorPin(CpuSet.parse("0-1"))),
            Map.entry("iothreadpin", d -> d.withIothreadPin(2, CpuSet.of(1)).withIothreadPin(1, CpuSet.of(0))),
            Map.entry(
                    "pins",
                    d -> d.withEmulatorPin(CpuSet.of(0))
                            .withVcpuPin(2, CpuSet.of(6))
                            .withIothreadPin(1, CpuSet.of(0))),
            Map.entry("hugepages", Domain::withHugePages),
            Map.entry("iothreads", d -> d.withIothreads(2)),
            Map.entry("virtio", d -> d.withVirtio(d.disks().getFirst())),
            Map.entry(
                    "driver",
                    d -> d.withCache(d.disks().getFirst(), "none")
                            .withIo(d.disks().getFirst(), "native")
                            .withIothread(d.disks().getFirst(), 1)),
            Map.entry("memballoon", Domain::withoutMemballoon),
            Map.entry("managed", d -> d.withManaged(d.hostdevs().getFirst())),
            Map.entry("topology", d -> d.withTopology(4, 2)),
            Map.entry("host-cpu", Domain::withHostCpu),
            Map.entry("enlightenments", d -> d.withEnlightenments(Set.of("relaxed"))),
            Map.entry("one-enlightenment", d -> d.withEnlightenment("avic")),
            Map.entry("no-enlightenment", d -> d.withoutEnlightenment("relaxed")),
            Map.entry("timer", d -> d.withTimer("pit", "tickpolicy", "discard").withTimer("rtc", "track", "guest")),
            Map.entry("clock", d -> d.withClock("utc")),
            Map.entry("ioapic", Domain::withKernelIoapic),
            Map.entry("nosharepages", Domain::withoutSharedPages),
            Map.entry("queues", d -> d.withQueues(d.disks().getFirst().path(), 4)),
            Map.entry("guest-address", d -> d.withoutGuestAddress(d.hostdevs().getFirst())),
            Map.entry("no-feature", d -> d.withoutFeature("topoext")),
            Map.entry("feature", d -> d.withFeature("topoext", "require").withFeature("svm", "disable"))));

    @TestFactory
    Stream<DynamicTest> golden() {
        return Stream.of("untuned", "tuned")
                .flatMap(input -> EDITS.entrySet().stream()
                        .map(edit -> DynamicTest.dynamicTest(input + " " + edit.getKey(), () -> {
                            Domain before = Domain.parse(Resources.text("domain/" + input + ".xml"));
                            Domain after = edit.getValue().apply(before);
                            Golden.check(
                                    "domain/edits/" + input + "-" + edit.getKey() + ".diff",
                                    UnifiedDiff.of(input + ".xml", before.xml(), after.xml()));
                        })));
    }

    @TestFactory
    Stream<DynamicTest> anEditDoneTwiceIsDoneOnceAndLineEndsAndIndentationDoNotMatter() {
        String xml = Resources.text("domain/untuned.xml");
        return EDITS.entrySet().stream()
                .map(edit -> DynamicTest.dynamicTest(edit.getKey(), () -> {
                    Domain once = edit.getValue().apply(Domain.parse(xml));
                    assertThat(edit.getValue().apply(once)).isEqualTo(once);
                    for (UnaryOperator<String> dress : dresses()) {
                        assertThat(edit.getValue()
                                        .apply(Domain.parse(dress.apply(xml)))
                                        .xml())
                                .isEqualTo(dress.apply(once.xml()));
                    }
                }));
    }

    private static List<UnaryOperator<String>> dresses() {
        return List.of(x -> x.replace("\n", "\r\n"), x -> x.replaceAll("(?m)(?<=^ {0,20})  ", "    "));
    }

    @Test
    void aDomainOnOneLineStaysOnOne() {
        Domain domain = Domain.parse("<domain><name>a</name><memory>1</memory><vcpu>2</vcpu></domain>");
        assertThat(domain.withHugePages()
                        .withEmulatorPin(CpuSet.of(0))
                        .withVcpuPin(0, CpuSet.of(1))
                        .withoutMemballoon()
                        .withFeature("topoext", "require")
                        .xml())
                .isEqualTo("<domain><name>a</name><memory>1</memory><memoryBacking><hugepages/></memoryBacking>"
                        + "<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/><emulatorpin cpuset='0'/></cputune>"
                        + "<devices><memballoon model='none'/></devices>"
                        + "<cpu><feature policy='require' name='topoext'/></cpu></domain>");
    }

    @Test
    void aMovedDiskHasAFreeNameNoAddressAndNothingVirtioRefuses() {
        Domain domain = Domain.parse(Resources.text("domain/untuned.xml"));
        for (Disk disk : domain.disks()) {
            domain = disk.emulated() ? domain.withVirtio(disk) : domain;
        }
        XmlAssert.assertThat(domain.xml()).valueByXPath("//disk[1]/target/@dev").isEqualTo("vda");
        XmlAssert.assertThat(domain.xml()).valueByXPath("//disk[2]/target/@dev").isEqualTo("vdb");
        XmlAssert.assertThat(domain.xml())
                .valueByXPath("count(//disk[@device='disk']/address)")
                .isEqualTo("0");
        XmlAssert.assertThat(domain.xml())
                .valueByXPath("count(//target/@rotation_rate)")
                .isEqualTo("0");
        XmlAssert.assertThat(domain.xml()).valueByXPath("//disk[3]/target/@bus").isEqualTo("sata");
        XmlAssert.assertThat(domain.xml()).valueByXPath("//domain/title").isEqualTo("R&D 🎮 \"games\"");
    }

    @Test
    void aDriverIsMadeForADiskWithout() {
        Domain domain = Domain.parse("<domain><name>a</name><memory>1</memory><devices>\n<disk>\n  <target dev='vda'/>"
                + "\n</disk></devices></domain>");
        assertThat(domain.withCache(domain.disks().getFirst(), "none").xml())
                .contains("<disk>\n  <driver name='qemu' type='raw' cache='none'/>\n  <target dev='vda'/>\n</disk>");
    }
}
