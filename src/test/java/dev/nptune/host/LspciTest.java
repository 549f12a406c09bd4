package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.PortType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The decoder against the real `lspci`, which decodes dumps of configuration spaces made up here.
class LspciTest {
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
            LspciAgreement.check(ConfigSpace.decode("made up " + i, images.get(i)), theirs.get(i));
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

        LspciAgreement.check(host, theirs);
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
