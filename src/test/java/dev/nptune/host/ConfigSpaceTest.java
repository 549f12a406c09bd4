package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.host.ConfigSpace.Acs;
import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.Capability;
import dev.nptune.host.ConfigSpace.PortType;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.internal.json.Json;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigSpaceTest {
    private static final String SOURCE = "/sys/bus/pci/devices/0000:01:00.0/config";

    private static ConfigSpace decode(byte[] bytes) {
        return ConfigSpace.decode(SOURCE, bytes);
    }

    private static ConfigImage rootPort() {
        ConfigImage image = ConfigImage.bridge(0x1022, 0x1453, 0, 1, 3).multifunction();
        int power = image.capability(CapabilityNames.POWER_MANAGEMENT, 8);
        image.put(power + 4, 2, 3 | 8);
        image.express(PortType.ROOT_PORT, 7, 4, 16, 3, 8);
        int msi = image.capability(CapabilityNames.MSI, 24);
        image.put(msi + 2, 2, 1 | (2 << 1));
        image.extended(0x0b, 1, 16);
        return image.acs(
                EnumSet.range(AcsControl.SOURCE_VALIDATION, AcsControl.UPSTREAM_FORWARDING), ConfigImage.KERNEL);
    }

    @Test
    void aRootPort() {
        ConfigSpace config = decode(rootPort().bytes());

        assertThat(config.headerType()).isEqualTo(1);
        assertThat(config.multifunction()).isTrue();
        assertThat(config.buses().get()).contains(new ConfigSpace.Buses(0, 1, 3));
        assertThat(config.capabilities().get().orElseThrow())
                .containsExactly(
                        new Capability(1, 0, 0x40, "power management"),
                        new Capability(0x10, 0, 0x48, "PCI Express"),
                        new Capability(5, 0, 0x84, "MSI"));
        assertThat(config.extendedCapabilities().get().orElseThrow())
                .containsExactly(
                        new Capability(0x0b, 1, 0x100, "vendor specific"),
                        new Capability(0x0d, 1, 0x110, "access control services"));
        ConfigSpace.Express express = config.express().get().orElseThrow();
        assertThat(express.type()).isEqualTo(PortType.ROOT_PORT);
        assertThat(express.slot()).isEqualTo(Fact.known(7, SOURCE));
        assertThat(express.maxSpeed().get()).contains(16.0);
        assertThat(express.maxWidth().get()).contains(16);
        assertThat(express.currentSpeed().get()).contains(8.0);
        assertThat(express.currentWidth().get()).contains(8);
        assertThat(config.powerManagement().get()).contains(new ConfigSpace.PowerManagement(3, true));
        assertThat(config.msi().get()).contains(new ConfigSpace.Msi(true, 4));
        assertThat(config.msiX()).isEqualTo(Fact.absent(SOURCE));
        assertThat(config.functionLevelReset().get()).contains(false);
        Acs acs = config.acs().get().orElseThrow();
        assertThat(acs.capable()).hasSize(5).contains(AcsControl.TRANSLATION_BLOCKING);
        assertThat(acs.enabled()).containsExactlyElementsOf(AcsControl.NEEDED);
        assertThat(acs.missing()).isEmpty();
    }

    @Test
    void anEndpoint() {
        ConfigImage image = ConfigImage.endpoint(0x10de, 0x2684, 0x030000)
                .express(PortType.ENDPOINT, 0)
                .functionLevelReset();
        int msiX = image.capability(CapabilityNames.MSI_X, 12);
        image.put(msiX + 2, 2, 0x8000 | 5);
        int rebar = image.extended(CapabilityNames.RESIZABLE_BAR, 1, 12);
        image.put(rebar + 4, 4, (1 << (8 + 4)) | (1 << (14 + 4)));
        image.put(rebar + 8, 4, 1 | (1 << 5) | (8 << 8));
        int srIov = image.extended(CapabilityNames.SR_IOV, 1, 0x40);
        image.put(srIov + 8, 2, 1).put(srIov + 0x0e, 2, 16).put(srIov + 0x10, 2, 4);
        int ats = image.extended(CapabilityNames.ATS, 1, 8);
        image.put(ats + 6, 2, 0x8000);
        image.extended(CapabilityNames.ARI, 1, 8);

        ConfigSpace config = decode(image.bytes());

        assertThat(config.buses()).isEqualTo(Fact.absent(SOURCE));
        assertThat(config.functionLevelReset().get()).contains(true);
        assertThat(config.msiX().get()).contains(new ConfigSpace.MsiX(true, 6));
        assertThat(config.resizableBars().get().orElseThrow())
                .containsExactly(new ResizableBar(1, List.of(256L << 20, 16L << 30), Fact.known(256L << 20, SOURCE)));
        assertThat(config.srIov().get()).contains(new ConfigSpace.SrIov(true, 4, 16));
        assertThat(config.ats().get()).contains(true);
        assertThat(config.ari().get()).contains(true);
        assertThat(config.acs()).isEqualTo(Fact.absent(SOURCE));
        assertThat(config.express().get().orElseThrow().slot()).isEqualTo(Fact.absent(SOURCE));
    }

    @Test
    void sixtyFourBytesDoNotMeanThatThereIsNoAcs() {
        ConfigSpace config = decode(rootPort().bytes(64));

        assertThat(config.buses().get()).contains(new ConfigSpace.Buses(0, 1, 3));
        for (Fact<?> fact : List.of(
                config.acs(),
                config.capabilities(),
                config.extendedCapabilities(),
                config.express(),
                config.functionLevelReset(),
                config.resizableBars())) {
            assertThat(fact).isEqualTo(Fact.unreadable(SOURCE, ConfigDecoder.ROOT_SEES_MORE));
        }
    }

    @Test
    void withoutACapabilityListSixtyFourBytesTellAll() {
        ConfigSpace config =
                decode(ConfigImage.endpoint(0x1022, 0x790b, 0x0c0500).bytes(64));

        assertThat(config.capabilities()).isEqualTo(Fact.known(List.of(), SOURCE));
        assertThat(config.express()).isEqualTo(Fact.absent(SOURCE));
        assertThat(config.acs()).isEqualTo(Fact.absent(SOURCE));
        assertThat(config.functionLevelReset().get()).contains(false);
    }

    @Test
    void withoutExtendedSpaceAcsIsUnknown() {
        ConfigSpace config = decode(rootPort().bytes(256));

        assertThat(config.express().get()).isPresent();
        assertThat(config.acs()).isEqualTo(Fact.unreadable(SOURCE, "configuration space cannot be read from 0x100 on"));
    }

    @Test
    void aConventionalDeviceHasNoExtendedSpace() {
        ConfigImage image = ConfigImage.endpoint(0x1102, 0x0004, 0x040100);
        image.capability(CapabilityNames.POWER_MANAGEMENT, 8);
        int advanced = image.capability(CapabilityNames.ADVANCED_FEATURES, 8);
        image.put(advanced + 3, 1, 2);

        ConfigSpace config = decode(image.bytes(256));

        assertThat(config.extendedCapabilities().get()).contains(List.of());
        assertThat(config.functionLevelReset().get()).contains(true);
    }

    @Test
    void aListInACircleKeepsWhatWasFoundAndDeniesNothing() {
        byte[] bytes = rootPort().bytes();
        bytes[0x85] = 0x40;
        bytes[0x112] = 0x01;
        bytes[0x113] = 0x10;

        ConfigSpace config = decode(bytes);

        assertThat(config.capabilities())
                .isEqualTo(Fact.unreadable(SOURCE, "the capability list goes in a circle at 0x40"));
        assertThat(config.express().get()).isPresent();
        assertThat(config.acs().get()).isPresent();
        assertThat(config.msiX()).isInstanceOf(Fact.Unreadable.class);
        assertThat(config.srIov()).isEqualTo(Fact.unreadable(SOURCE, "the capability list goes in a circle at 0x100"));
    }

    @Test
    void acsThatIsThereAndOffIsNotOn() {
        ConfigImage image = ConfigImage.bridge(1, 1, 0, 1, 1).express(PortType.DOWNSTREAM_PORT, 1);
        image.acs(
                EnumSet.of(AcsControl.SOURCE_VALIDATION, AcsControl.REQUEST_REDIRECT),
                EnumSet.of(AcsControl.SOURCE_VALIDATION));
        assertThat(decode(image.bytes()).acs().get().orElseThrow().missing())
                .containsExactly(AcsControl.REQUEST_REDIRECT);
    }

    @Test
    void whatDoesNotAnswerIsRefused() {
        byte[] ones = new byte[256];
        Arrays.fill(ones, (byte) -1);
        assertThatIllegalArgumentException().isThrownBy(() -> decode(ones)).withMessageContaining("does not answer");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 63})
    void lessThanAHeaderIsRefused(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decode(rootPort().bytes(length)))
                .withMessageContaining("64 bytes");
    }

    @Test
    void whateverStandsThereIsDecodedInFiniteTime() {
        SplittableRandom random = new SplittableRandom(0x1022);
        for (int round = 0; round < 4000; round++) {
            byte[] bytes = random.nextBoolean() ? noise(random) : damaged(random);
            try {
                ConfigSpace config = decode(bytes);
                assertThat(config.capabilities().get().orElse(List.of()).size()).isLessThan(64);
                assertThat(config.extendedCapabilities().get().orElse(List.of()).size())
                        .isLessThan(1024);
                if (round % 40 == 0) {
                    assertThat(Json.read(Json.compact(config), ConfigSpace.class))
                            .isEqualTo(config);
                }
            } catch (IllegalArgumentException e) {
                assertThat(bytes.length < 64 || bytes[0] == -1).as(e.toString()).isTrue();
            }
        }
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] bytes = new byte[lengths(random)];
        random.nextBytes(bytes);
        if (bytes.length > 0x34) {
            bytes[6] |= 0x10;
        }
        return bytes;
    }

    private static byte[] damaged(SplittableRandom random) {
        byte[] bytes = rootPort().bytes(lengths(random));
        for (int hit = random.nextInt(12); hit > 0 && bytes.length > 0; hit--) {
            bytes[random.nextInt(Math.min(bytes.length, 0x140))] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static int lengths(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> 64;
            case 1 -> 256;
            case 2 -> random.nextInt(4097);
            default -> 4096;
        };
    }
}
