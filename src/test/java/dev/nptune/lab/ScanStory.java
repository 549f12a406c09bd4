package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.CpuTopology;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.HwlocAgreement;
import dev.nptune.host.IommuGroup;
import dev.nptune.host.LspciAgreement;
import dev.nptune.host.SameMachine;
import dev.nptune.host.source.Snapshot;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a scan says of a machine on which other programs can be asked the same.
final class ScanStory {
    /// A card pulled out leaves a hole in the group numbers.
    private static final String REMOVED = "0000:00:01.0";

    private static final String GROUPS = """
            cd /sys/kernel/iommu_groups
            for device in */devices/*; do echo "${device%%/*} ${device##*/} $(cat "${device%%/*}/type")"; done
            """;

    private ScanStory() {}

    static void isWhatOtherProgramsSee(LabHost lab) throws Exception {
        out(lab.host().call("sh", "-c", "echo 1 > /sys/bus/pci/devices/" + REMOVED + "/remove"));

        Files.writeString(lab.share().resolve("groups.sh"), GROUPS);
        List<Exec.Result> results =
                lab.nptuneEach(List.of("scan --json", "gather -o /lab/host.tar.gz", "topology -o /lab/topo.svg"));
        results.forEach(ScanStory::out);
        String json = results.getFirst().out();
        Host host = Json.read(json, Host.class);

        HwlocAgreement.check(CpuTopology.of(host.cpu()), out(lab.host().call("lstopo-no-graphics", "--of", "xml")));
        LspciAgreement.check(host, out(lab.host().call("lspci", "-vvv", "-nn", "-D")));
        theScanIsDeepEnoughToCompare(host);
        groupsAreThoseOfSysfs(host, out(lab.host().call("sh", "/lab/groups.sh")));

        aSnapshotTellsTheSame(json, lab);

        assertThat(lab.share().resolve("topo.svg")).content().startsWith("<svg").contains("0000:01:00.0", "L3");
    }

    private static String out(Exec.Result result) {
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }

    /// Else there would be nothing in which the two could differ.
    private static void theScanIsDeepEnoughToCompare(Host host) {
        assertThat(CpuTopology.of(host.cpu()).cores()).hasSize(QemuCommand.HOST_CPUS);
        assertThat(host.pci())
                .hasSizeGreaterThan(8)
                .allSatisfy(f -> assertThat(f.config().get().orElseThrow().capabilities())
                        .isInstanceOf(Fact.Known.class));
        assertThat(host.pci())
                .anySatisfy(
                        f -> assertThat(f.config().get().orElseThrow().acs()).isInstanceOf(Fact.Known.class))
                .anySatisfy(f ->
                        assertThat(f.config().get().orElseThrow().express()).isInstanceOf(Fact.Known.class));
    }

    private static void groupsAreThoseOfSysfs(Host host, String listing) {
        Map<Integer, List<String>> devices = new TreeMap<>();
        Map<Integer, String> types = new TreeMap<>();
        for (String line : listing.lines().toList()) {
            String[] fields = line.split(" ");
            int number = Integer.parseInt(fields[0]);
            devices.computeIfAbsent(number, _ -> new ArrayList<>()).add(fields[1]);
            types.put(number, fields[2]);
        }
        assertThat(devices).hasSizeLessThan(new TreeSet<>(devices.keySet()).last() + 1);

        assertThat(host.iommuGroups()).extracting(IommuGroup::number).containsExactlyElementsOf(devices.keySet());
        for (IommuGroup group : host.iommuGroups()) {
            assertThat(group.devices().get()).as("group %s", group.number()).contains(devices.get(group.number()));
            assertThat(group.type().get()).as("group %s", group.number()).contains(types.get(group.number()));
            assertThat(host.iommuGroup(group.number()))
                    .extracting(f -> f.address().toString())
                    .isEqualTo(devices.get(group.number()));
        }
    }

    private static void aSnapshotTellsTheSame(String scan, LabHost lab) throws Exception {
        Host gathered = HostReader.read(Snapshot.read(lab.share().resolve("host.tar.gz")));

        assertThat(withoutIds(SameMachine.comparable(gathered))).isEqualTo(withoutIds(SameMachine.comparable(scan)));
    }

    /// The snapshot has other UUIDs, since it is to be posted.
    private static String withoutIds(String host) {
        return host.replaceAll("<uuid>[^<]*</uuid>", "<uuid/>");
    }
}
