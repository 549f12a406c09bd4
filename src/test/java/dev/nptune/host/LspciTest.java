package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.Capability;
import dev.nptune.host.ConfigSpace.PortType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The decoder against the real `lspci`, which decodes dumps of configuration spaces made up here.
class LspciTest {
    private static final Map<AcsControl, String> WORDS = new EnumMap<>(Map.of(
            AcsControl.SOURCE_VALIDATION, "SrcValid",
            AcsControl.TRANSLATION_BLOCKING, "TransBlk",
            AcsControl.REQUEST_REDIRECT, "ReqRedir",
            AcsControl.COMPLETION_REDIRECT, "CmpltRedir",
            AcsControl.UPSTREAM_FORWARDING, "UpstreamFwd",
            AcsControl.EGRESS_CONTROL, "EgressCtrl",
            AcsControl.DIRECT_TRANSLATED_P2P, "DirectTrans"));

    @TempDir(factory = MemoryFolder.class)
    Path directory = Path.of("");

    private List<LspciText.Function> lspci(String... arguments) throws IOException, InterruptedException {
        assumeTrue(
                List.of("/usr/bin/lspci", "/usr/sbin/lspci", "/sbin/lspci").stream()
                        .anyMatch(p -> Files.isExecutable(Path.of(p))),
                "lspci (package pciutils) is not installed");
        List<String> command = new ArrayList<>(List.of("lspci", "-vvv", "-nn", "-D"));
        command.addAll(List.of(arguments));
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return LspciText.parse(text);
    }

    @Test
    void agreesOnGeneratedConfigurationSpaces() throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(0x0d);
        List<byte[]> images = new ArrayList<>();
        StringBuilder dump = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            byte[] image = image(random);
            images.add(image);
            dump.append(String.format("%02x:%02x.%x Device: made up\n", i / 8 / 4, i / 8 % 4 * 2, i % 8));
            for (int at = 0; at < image.length; at++) {
                dump.append(at % 16 == 0 ? String.format("%02x:", at) : "")
                        .append(String.format(" %02x", image[at]))
                        .append(at % 16 == 15 ? "\n" : "");
            }
            dump.append('\n');
        }
        Path file = Files.writeString(directory.resolve("dump"), dump);

        List<LspciText.Function> theirs = lspci("-F", file.toString());

        assertThat(theirs).hasSameSizeAs(images);
        for (int i = 0; i < images.size(); i++) {
            compare(ConfigSpace.decode("made up " + i, images.get(i)), theirs.get(i));
        }
        assertThat(theirs)
                .anyMatch(f -> f.acsEnabled().isPresent())
                .anyMatch(f -> f.linkStatus().isPresent());
    }

    @Test
    void agreesOnThisMachine() throws IOException, InterruptedException {
        Host host = HostReader.read(Path.of("/"));
        assumeTrue(!host.pci().isEmpty(), "this machine has no PCI");

        List<LspciText.Function> theirs = lspci();

        assertThat(host.pci())
                .extracting(PciFunction::address)
                .containsExactlyElementsOf(theirs.stream()
                        .map(LspciText.Function::address)
                        .sorted()
                        .toList());
        for (LspciText.Function their : theirs) {
            PciFunction ours = host.function(their.address()).orElseThrow();
            assertThat(ours.id()).isEqualTo(their.id());
            assertThat(String.format("%04x", ours.classCode() >> 8)).isEqualTo(their.classCode());
            assertThat(ours.driver().get()).isEqualTo(their.driver());
            assertThat(ours.iommuGroup().get()).isEqualTo(their.group());
            ConfigSpace config = ours.config().get().orElseThrow();
            if (config.capabilities() instanceof Fact.Known<List<Capability>>) {
                compare(config, their);
            }
        }
    }

    private static void compare(ConfigSpace ours, LspciText.Function theirs) {
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

    /// A well-formed space with any mix of capabilities, read by root or by others.
    private static byte[] image(SplittableRandom random) {
        PortType[] types = {
            PortType.ENDPOINT,
            PortType.LEGACY_ENDPOINT,
            PortType.ROOT_PORT,
            PortType.UPSTREAM_PORT,
            PortType.DOWNSTREAM_PORT,
            PortType.PCIE_TO_PCI_BRIDGE,
            PortType.INTEGRATED_ENDPOINT
        };
        PortType type = types[random.nextInt(types.length)];
        boolean bridge = Set.of(
                        PortType.ROOT_PORT,
                        PortType.UPSTREAM_PORT,
                        PortType.DOWNSTREAM_PORT,
                        PortType.PCIE_TO_PCI_BRIDGE)
                .contains(type);
        ConfigImage image =
                bridge ? ConfigImage.bridge(0x1022, 0x1453, 0, 1, 2) : ConfigImage.endpoint(0x1002, 0x67df, 0x030000);
        if (random.nextBoolean()) {
            image.capability(CapabilityNames.POWER_MANAGEMENT, 8);
        }
        boolean express = random.nextInt(5) > 0;
        if (express) {
            image.express(
                    type,
                    random.nextInt(100),
                    1 + random.nextInt(6),
                    1 << random.nextInt(5),
                    1 + random.nextInt(6),
                    1 << random.nextInt(5));
        }
        if (random.nextBoolean()) {
            image.capability(CapabilityNames.MSI_X, 12);
        }
        if (!express) {
            return image.bytes(256);
        }
        if (random.nextBoolean()) {
            image.extended(0x03, 1, 12);
        }
        if (random.nextBoolean()) {
            image.acs(controls(random), controls(random));
        }
        if (random.nextBoolean()) {
            image.extended(CapabilityNames.ARI, 1, 8);
        }
        return image.bytes();
    }

    private static Set<AcsControl> controls(SplittableRandom random) {
        Set<AcsControl> controls = EnumSet.noneOf(AcsControl.class);
        Arrays.stream(AcsControl.values()).filter(_ -> random.nextBoolean()).forEach(controls::add);
        return controls;
    }
}
