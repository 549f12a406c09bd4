package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.Capability;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Whether this program and lspci find the same PCI functions, and the same in them.
public final class LspciAgreement {
    private static final Map<AcsControl, String> WORDS = new EnumMap<>(Map.of(
            AcsControl.SOURCE_VALIDATION, "SrcValid",
            AcsControl.TRANSLATION_BLOCKING, "TransBlk",
            AcsControl.REQUEST_REDIRECT, "ReqRedir",
            AcsControl.COMPLETION_REDIRECT, "CmpltRedir",
            AcsControl.UPSTREAM_FORWARDING, "UpstreamFwd",
            AcsControl.EGRESS_CONTROL, "EgressCtrl",
            AcsControl.DIRECT_TRANSLATED_P2P, "DirectTrans"));

    private LspciAgreement() {}

    /// Fails where they differ. The configuration space is compared as far as this program may read it.
    ///
    /// @param text what `lspci -vvv -nn -D` prints
    public static void check(Host host, String text) {
        check(host, LspciText.parse(text));
    }

    static void check(Host host, List<LspciText.Function> all) {
        assertThat(host.pci())
                .extracting(PciFunction::address)
                .containsExactlyElementsOf(
                        all.stream().map(LspciText.Function::address).sorted().toList());
        for (LspciText.Function their : all) {
            PciFunction ours = host.function(their.address()).orElseThrow();
            assertThat(ours.id()).isEqualTo(their.id());
            assertThat(String.format("%04x", ours.classCode() >> 8)).isEqualTo(their.classCode());
            assertThat(ours.driver().get()).isEqualTo(their.driver());
            assertThat(ours.iommuGroup().get()).isEqualTo(their.group());
            ConfigSpace config = ours.config().get().orElseThrow();
            if (config.capabilities() instanceof Fact.Known<List<Capability>>) {
                check(config, their);
            }
        }
    }

    static void check(ConfigSpace ours, LspciText.Function theirs) {
        Set<Integer> offsets = new TreeSet<>();
        ours.capabilities().get().orElseThrow().forEach(c -> offsets.add(c.offset()));
        ours.extendedCapabilities().get().orElseThrow().forEach(c -> offsets.add(c.offset()));
        assertThat(offsets).as("%s", theirs).isEqualTo(theirs.capabilities().keySet());
        assertThat(ours.acs().get().map(a -> words(a.capable()))).isEqualTo(theirs.acsCapable());
        assertThat(ours.acs().get().map(a -> words(a.enabled()))).isEqualTo(theirs.acsEnabled());
        Optional<ConfigSpace.Express> express = ours.express().get();
        assertThat(express.flatMap(e -> link(e.maxSpeed(), e.maxWidth()))).isEqualTo(theirs.linkCap());
        assertThat(express.flatMap(e -> link(e.currentSpeed(), e.currentWidth())))
                .isEqualTo(theirs.linkStatus());
    }

    private static Optional<LspciText.Link> link(Fact<Double> speed, Fact<Integer> width) {
        return speed.get().flatMap(s -> width.get().map(w -> new LspciText.Link(s, w)));
    }

    private static List<String> words(List<AcsControl> controls) {
        return controls.stream().map(c -> WORDS.getOrDefault(c, "?")).toList();
    }
}
