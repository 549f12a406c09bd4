package dev.nptune.host;

import dev.nptune.host.ConfigSpace.Acs;
import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.Buses;
import dev.nptune.host.ConfigSpace.Express;
import dev.nptune.host.ConfigSpace.Msi;
import dev.nptune.host.ConfigSpace.MsiX;
import dev.nptune.host.ConfigSpace.PortType;
import dev.nptune.host.ConfigSpace.PowerManagement;
import dev.nptune.host.ConfigSpace.SrIov;
import dev.nptune.host.PciResources.ResizableBar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Decodes a configuration space after the PCI and PCI Express specifications.
final class ConfigDecoder {
    static final String ROOT_SEES_MORE = "only 64 bytes of configuration space could be read; root sees more";

    private static final int HEADER = 64;
    private static final int STATUS = 0x06;
    private static final int HAS_LIST = 0x10;
    private static final int MAX_RESIZABLE = 6;

    private final String source;
    private final ConfigBytes bytes;

    ConfigDecoder(String source, ConfigBytes bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    /// @throws IllegalArgumentException if it is not at least a whole header, or the device does not answer
    ConfigSpace decode() {
        if (!bytes.has(0, HEADER)) {
            throw new IllegalArgumentException("less than the 64 bytes of a header");
        }
        if (bytes.u32(0) == 0xffffffffL) {
            throw new IllegalArgumentException("the device does not answer");
        }
        int type = bytes.u8(0x0e);
        CapabilityList standard = standard(type & 0x7f);
        CapabilityList extended = extended(standard);
        Fact<Express> express = standard.offset(CapabilityNames.EXPRESS).map(this::express);
        return new ConfigSpace(
                type & 0x7f,
                (type & 0x80) != 0,
                buses(type & 0x7f),
                standard.fact(),
                extended.fact(),
                express,
                standard.offset(CapabilityNames.POWER_MANAGEMENT).map(this::powerManagement),
                standard.offset(CapabilityNames.MSI).map(this::msi),
                standard.offset(CapabilityNames.MSI_X).map(this::msiX),
                functionLevelReset(express, standard.offset(CapabilityNames.ADVANCED_FEATURES)),
                extended.offset(CapabilityNames.ACS).map(this::acs),
                extended.offset(CapabilityNames.ARI).map(_ -> true),
                extended.offset(CapabilityNames.ATS).map(at -> (bytes.u16(at + 6) & 0x8000) != 0),
                extended.offset(CapabilityNames.SR_IOV).map(this::srIov),
                resizableBars(extended));
    }

    private Fact<Buses> buses(int headerType) {
        return headerType == 1 || headerType == 2
                ? Fact.known(new Buses(bytes.u8(0x18), bytes.u8(0x19), bytes.u8(0x1a)), source)
                : Fact.absent(source);
    }

    private CapabilityList standard(int headerType) {
        if ((bytes.u16(STATUS) & HAS_LIST) == 0) {
            return CapabilityList.empty(source);
        }
        String end = bytes.has(HEADER, 1) ? "the capability list leads out of what could be read" : ROOT_SEES_MORE;
        return CapabilityList.standard(source, bytes, headerType == 2 ? 0x14 : 0x34, end);
    }

    /// Only PCI Express devices have one (and PCI-X ones of a kind that no PC has).
    private CapabilityList extended(CapabilityList standard) {
        return switch (standard.offset(CapabilityNames.EXPRESS)) {
            case Fact.Known<Integer> _ -> CapabilityList.extended(source, bytes);
            case Fact.Absent<Integer> _ -> CapabilityList.empty(source);
            case Fact.Unreadable<Integer>(String _, String reason) -> CapabilityList.unknown(source, reason);
        };
    }

    private Express express(int at) {
        int flags = bytes.u16(at + 2);
        PortType type = PortType.of((flags >> 4) & 0xf);
        boolean slot = (flags & 0x100) != 0 && (type == PortType.ROOT_PORT || type == PortType.DOWNSTREAM_PORT);
        boolean link = type != PortType.INTEGRATED_ENDPOINT && type != PortType.EVENT_COLLECTOR;
        return new Express(
                type,
                slot,
                slot ? register(() -> (int) (bytes.u32(at + 0x14) >> 19)) : Fact.absent(source),
                (bytes.u32(at + 4) & (1 << 28)) != 0,
                link ? register(() -> speed((int) bytes.u32(at + 0x0c))) : Fact.absent(source),
                link ? register(() -> width((int) bytes.u32(at + 0x0c))) : Fact.absent(source),
                link ? register(() -> speed(bytes.u16(at + 0x12))) : Fact.absent(source),
                link ? register(() -> width(bytes.u16(at + 0x12))) : Fact.absent(source));
    }

    private static double speed(int register) {
        int code = register & 0xf;
        double[] speeds = {2.5, 5, 8, 16, 32, 64};
        if (code == 0 || code > speeds.length) {
            throw new IllegalArgumentException("no link speed has the code " + code);
        }
        return speeds[code - 1];
    }

    private static int width(int register) {
        return (register >> 4) & 0x3f;
    }

    private PowerManagement powerManagement(int at) {
        int control = bytes.u16(at + 4);
        return new PowerManagement(control & 3, (control & 8) != 0);
    }

    private Msi msi(int at) {
        int control = bytes.u16(at + 2);
        return new Msi((control & 1) != 0, 1 << ((control >> 1) & 7));
    }

    private MsiX msiX(int at) {
        int control = bytes.u16(at + 2);
        return new MsiX((control & 0x8000) != 0, (control & 0x7ff) + 1);
    }

    /// Told by the PCI Express capability or, for conventional devices, by "advanced features".
    private Fact<Boolean> functionLevelReset(Fact<Express> express, Fact<Integer> advancedFeatures) {
        Fact<Boolean> first = express.map(Express::functionLevelReset);
        Fact<Boolean> second = advancedFeatures.map(at -> (bytes.u8(at + 3) & 2) != 0);
        if (first.get().orElse(false) || second.get().orElse(false)) {
            return Fact.known(true, source);
        }
        if (first instanceof Fact.Unreadable<Boolean>) {
            return first;
        }
        return second instanceof Fact.Unreadable<Boolean> ? second : Fact.known(false, source);
    }

    private Acs acs(int at) {
        return new Acs(controls(bytes.u16(at + 4)), controls(bytes.u16(at + 6)));
    }

    private static List<AcsControl> controls(int bits) {
        return Arrays.stream(AcsControl.values())
                .filter(control -> (bits & control.mask()) != 0)
                .toList();
    }

    private SrIov srIov(int at) {
        return new SrIov((bytes.u16(at + 8) & 1) != 0, bytes.u16(at + 0x10), bytes.u16(at + 0x0e));
    }

    /// None is an answer as well: known and empty.
    private Fact<List<ResizableBar>> resizableBars(CapabilityList extended) {
        Fact<Integer> offset = extended.offset(CapabilityNames.RESIZABLE_BAR);
        return offset instanceof Fact.Absent<Integer> ? Fact.known(List.of(), source) : offset.map(this::resizableBars);
    }

    private List<ResizableBar> resizableBars(int at) {
        int count = Math.min((int) ((bytes.u32(at + 8) >> 5) & 7), MAX_RESIZABLE);
        List<ResizableBar> bars = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long control = bytes.u32(at + 8 + 8 * i);
            long megabytes = (bytes.u32(at + 4 + 8 * i) >> 4) | ((control >> 16) << 28);
            int current = (int) ((control >> 8) & 0x3f);
            bars.add(new ResizableBar(
                    (int) (control & 7),
                    sizes(megabytes),
                    current < 43
                            ? Fact.known(1L << (20 + current), source)
                            : Fact.unreadable(source, "no BAR has a size of 2^" + (20 + current))));
        }
        return bars;
    }

    /// @param megabytes bit n stands for 2^n MiB
    static List<Long> sizes(long megabytes) {
        List<Long> sizes = new ArrayList<>();
        for (int bit = 0; bit < 43; bit++) {
            if (((megabytes >> bit) & 1) != 0) {
                sizes.add(1L << (20 + bit));
            }
        }
        return sizes;
    }

    private <T> Fact<T> register(Register<T> register) {
        return Fact.known(0, source).map(_ -> register.read());
    }

    @FunctionalInterface
    private interface Register<T> {
        T read();
    }
}
