package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.Space;
import dev.nptune.host.ZenGeneration;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.paging.inspect.Surroundings;
import dev.nptune.paging.inspect.Surroundings.Device;
import dev.nptune.paging.memory.CpuState;
import dev.nptune.paging.tlb.ZenTlb;
import dev.nptune.paging.type.MemoryType;
import dev.nptune.paging.type.Mtrrs;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What may be said to `nptune inspect` besides what to look at.
final class InspectOptions {
    private static final int MOST_TEXT = 1 << 16;
    /// MAXPHYADDR of AMD's desktop processors.
    private static final int RYZEN_BITS = 48;
    private static final int LEAST_BITS = 32;
    /// The ROM comes after them.
    private static final int BARS = 6;

    private static final long LMA = 1L << 10;
    private static final long NXE = 1L << 11;

    @Option(
            names = "--cr3",
            paramLabel = "ADDRESS",
            description = "The dump is of one guest or machine: look at the page tables at this address.")
    private @Nullable String cr3;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "How these are read: ${COMPLETION-CANDIDATES}; by the dump's registers, or else four-level.")
    private @Nullable Mode mode;

    @Option(names = "--mtrr", paramLabel = "FILE", description = "A copy of the host's /proc/mtrr.")
    private @Nullable Path mtrr;

    @Option(
            names = "--device",
            paramLabel = "NAME=ADDRESS+BYTES",
            description = "Device memory to look at, such as gpu=0xe0000000+0x10000000; --host knows those of"
                    + " passed-through functions. Can be given more than once.")
    private List<String> devices = List.of();

    @Option(
            names = "--physical-bits",
            paramLabel = "BITS",
            description = "Bits of the host's physical addresses, as /proc/cpuinfo has them; ${DEFAULT-VALUE} on every"
                    + " Ryzen. KVM marks memory of emulated devices by a higher bit.")
    private int physicalBits = RYZEN_BITS;

    @Option(
            names = "--asked-pat",
            paramLabel = "VALUE",
            description = "The PAT that the guest wrote (in Linux: rdmsr 0x277); looked for in the host's memory"
                    + " otherwise.")
    private @Nullable String asked;

    @Option(names = "--vm", paramLabel = "NAME", description = "The VM's name, for 'nptune doctor --inspection'.")
    private @Nullable String vm;

    @Option(
            names = "--kvm-amd",
            paramLabel = "FILE.ko",
            description = "With --lab: load this module in place of the kernel's own.")
    private @Nullable Path kvmAmd;

    @Option(
            names = "--kvm-option",
            paramLabel = "PARAMETER=VALUE",
            description = "With --lab: load kvm_amd with this, such as npt=0. Can be given more than once.")
    private List<String> kvmOptions = List.of();

    @Option(
            names = "--keep-dump",
            paramLabel = "FILE",
            description = "With --lab: keep the host's memory in this file (4 GiB).")
    private @Nullable Path keep;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the JSON form to a file as well.")
    private @Nullable Path output;

    /// How page tables are read.
    enum Mode {
        LEGACY,
        PAE,
        FOUR_LEVEL,
        FIVE_LEVEL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Nullable
    String cr3() {
        return cr3;
    }

    Optional<Pat> asked() throws UserException {
        return asked == null ? Optional.empty() : Optional.of(pat(asked));
    }

    @Nullable
    String vm() {
        return vm;
    }

    @Nullable
    Path kvmAmd() {
        return kvmAmd;
    }

    List<String> kvmOptions() {
        return kvmOptions;
    }

    @Nullable
    Path keep() {
        return keep;
    }

    @Nullable
    Path output() {
        return output;
    }

    boolean json() {
        return json;
    }

    /// Refuses what does not go together.
    void check(boolean lab) throws UserException {
        if (!lab && (kvmAmd != null || !kvmOptions.isEmpty() || keep != null)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--kvm-amd, --kvm-option and --keep-dump are about the lab",
                    "give --lab as well, or leave them out");
        }
        if (lab && (cr3 != null || mtrr != null)) {
            throw new UserException(
                    Exit.WRONG_USE, "--cr3 and --mtrr are about a dump", "leave them out: the lab knows its own");
        }
        if (cr3 == null && mode != null) {
            throw new UserException(
                    Exit.WRONG_USE, "--mode says how the tables at --cr3 are read", "give --cr3 as well");
        }
        if (physicalBits < LEAST_BITS || physicalBits > TableRoot.MOST_PHYSICAL_BITS) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "no processor has physical addresses of " + physicalBits + " bits",
                    "see 'address sizes' in the host's /proc/cpuinfo");
        }
        for (String option : kvmOptions) {
            if (!option.matches("[a-z0-9_]{1,40}=[a-zA-Z0-9_,]{1,40}")) {
                throw new UserException(
                        Exit.WRONG_USE,
                        "'" + Printable.line(option) + "' is no option of a module",
                        "write it as: --kvm-option npt=0");
            }
        }
    }

    /// Where the tables are, and how they are read.
    ///
    /// @param cpus registers in the dump, which tell the mode if one has this CR3
    TableRoot root(List<CpuState> cpus) throws UserException {
        long table = number("--cr3", String.valueOf(cr3));
        Optional<CpuState> cpu = cpus.stream().filter(c -> c.cr3() == table).findFirst();
        PagingMode how = mode != null
                ? PagingMode.valueOf(mode.name())
                : cpu.map(c -> PagingMode.of(c.cr0(), c.cr4(), c.longMode() ? LMA : 0))
                        .orElse(PagingMode.FOUR_LEVEL);
        if (how == PagingMode.NONE) {
            throw new UserException(
                    Exit.WRONG_USE, "this CPU's paging was off: there are no tables", "look at another CPU's CR3");
        }
        long cr4 = switch (how) {
            case LEGACY -> 1L << 4;
            case NONE, PAE, FOUR_LEVEL -> 1L << 5;
            case FIVE_LEVEL -> 1L << 5 | 1L << 12;
        };
        long efer = NXE | (how.isLong() ? LMA : 0);
        return TableRoot.of(1L << 31 | 1, table, cr4, efer, TableRoot.MOST_PHYSICAL_BITS);
    }

    /// What is known of the host.
    ///
    /// @param scanned the host; null if it was not named
    Surroundings surroundings(@Nullable Host scanned) throws UserException {
        List<Device> all = new ArrayList<>();
        for (String device : devices) {
            all.add(device(device));
        }
        if (scanned != null) {
            all.addAll(passed(scanned));
        }
        // of a guest's own tables it is not known what stands behind them
        Optional<ZenTlb> tlb = scanned == null || cr3 != null ? Optional.empty() : tlb(scanned);
        return of(mtrr == null ? null : text(mtrr), physicalBits, all, asked(), tlb);
    }

    /// @param mtrr what `/proc/mtrr` said; null if it is not known
    /// @param tlb the TLB of its cores, if it is known
    static Surroundings of(
            @Nullable String mtrr, int physicalBits, List<Device> devices, Optional<Pat> asked, Optional<ZenTlb> tlb) {
        Mtrrs mtrrs = mtrr == null ? new Mtrrs(MemoryType.WB, List.of(), List.of(), 0) : Mtrrs.ofProc(mtrr, 0);
        return new Surroundings(mtrrs, mtrr != null, Pat.LINUX, physicalBits, devices, asked, tlb);
    }

    private static Optional<ZenTlb> tlb(Host host) {
        return ZenGeneration.of(host.cpu()).map(zen -> switch (zen) {
            case ZEN, ZEN_PLUS -> ZenTlb.ZEN;
            case ZEN_2 -> ZenTlb.ZEN_2;
            case ZEN_3, ZEN_3_PLUS -> ZenTlb.ZEN_3;
            case ZEN_4 -> ZenTlb.ZEN_4;
            case ZEN_5 -> ZenTlb.ZEN_5;
        });
    }

    /// Memory of the functions that vfio-pci has.
    static List<Device> passed(Host host) {
        List<Device> all = new ArrayList<>();
        for (PciFunction function : host.pci()) {
            if (function.driver().get().filter("vfio-pci"::equals).isEmpty()) {
                continue;
            }
            all.addAll(memory(
                    function.address().toString(),
                    function.resources().bars().get().orElse(List.of())));
        }
        return all;
    }

    /// Of a function's BARs those that are memory and have a place.
    static List<Device> memory(String function, List<Bar> bars) {
        return bars.stream()
                .filter(bar -> bar.index() < BARS && bar.space() == Space.MEMORY && bar.assigned())
                .map(bar -> new Device(function + " BAR " + bar.index(), bar.start(), bar.bytes()))
                .toList();
    }

    private static Device device(String text) throws UserException {
        String[] parts = text.split("[=+]", -1);
        if (parts.length != 3 || parts[0].isEmpty()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "'" + Printable.line(text) + "' names no device memory",
                    "write it as: --device gpu=0xe0000000+0x10000000");
        }
        long bytes = number("--device", parts[2]);
        if (bytes <= 0) {
            throw new UserException(
                    Exit.WRONG_USE, "device memory of no bytes: " + Printable.line(text), "give its length after +");
        }
        return new Device(Printable.line(parts[0]), number("--device", parts[1]), bytes);
    }

    private static Pat pat(String text) throws UserException {
        Pat pat = new Pat(number("--asked-pat", text));
        if (!pat.isValid()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    Printable.line(text) + " is no PAT: each byte of it is 0, 1, 4, 5, 6 or 7",
                    "in a Linux guest it is what 'rdmsr 0x277' prints, with 0x before it");
        }
        return pat;
    }

    /// Hexadecimal with `0x`, decimal without.
    private static long number(String option, String text) throws UserException {
        try {
            String digits = text.toLowerCase(Locale.ROOT);
            return digits.startsWith("0x")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    option + ": '" + Printable.line(text) + "' is no number",
                    "write hexadecimal with 0x, as in 0x1000",
                    e);
        }
    }

    private static String text(Path file) throws UserException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "copy it on the host: cat /proc/mtrr > mtrr.txt",
                    e);
        }
    }
}
