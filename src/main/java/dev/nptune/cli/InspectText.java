package dev.nptune.cli;

import static dev.nptune.internal.text.TextTable.left;
import static dev.nptune.internal.text.TextTable.right;

import dev.nptune.internal.text.ByteSize;
import dev.nptune.internal.text.Hex;
import dev.nptune.internal.text.TextTable;
import dev.nptune.paging.inspect.Inspection;
import dev.nptune.paging.inspect.Inspection.DeviceMapping;
import dev.nptune.paging.inspect.Inspection.Space;
import dev.nptune.paging.inspect.Inspection.Vcpu;
import dev.nptune.paging.space.HugePages;
import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.tlb.TlbReach;
import dev.nptune.paging.type.MemoryType;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What page tables tell, for a terminal.
final class InspectText {
    /// Mappings of devices that are shown; the JSON form has more.
    private static final int DEVICES = 20;

    private final int columns;
    private final boolean unicode;
    private final StringBuilder text = new StringBuilder();

    private InspectText(int columns, boolean unicode) {
        this.columns = columns;
        this.unicode = unicode;
    }

    /// The guests in a host's dump.
    ///
    /// @param source what was looked at
    /// @param mtrrsRead whether the MTRRs were read rather than assumed
    static String render(String source, boolean mtrrsRead, Inspection inspection, int columns, boolean unicode) {
        InspectText text = new InspectText(columns, unicode);
        text.head(source, inspection);
        for (Vcpu vcpu : inspection.vcpus()) {
            text.vcpu(vcpu);
        }
        if (!mtrrsRead && !inspection.vcpus().isEmpty()) {
            text.assumed();
        }
        return text.text.toString();
    }

    /// Page tables alone.
    static String render(String source, boolean mtrrsRead, Space space, int columns, boolean unicode) {
        InspectText text = new InspectText(columns, unicode);
        text.line(source + ": " + space.tables() + " page tables, " + words(space.mode()));
        text.space(space, false);
        if (!mtrrsRead) {
            text.assumed();
        }
        return text.text.toString();
    }

    private void head(String source, Inspection inspection) {
        long vms = inspection.vcpus().stream().mapToInt(Vcpu::vm).distinct().count();
        line(source + ": " + ByteSize.of(inspection.memory()) + " of memory, "
                + Plural.of(inspection.vcpus().size(), "virtual CPU") + " of "
                + Plural.of(vms, "VM")
                + (inspection.leftOver() == 0
                        ? ""
                        : ", and " + Plural.of(inspection.leftOver(), "VMCB") + " that no guest uses now"));
        if (inspection.vcpus().isEmpty()) {
            line("No VM ran under AMD's virtualization when the memory was saved, or its registers are encrypted"
                    + " (SEV-ES).");
        }
        if (!inspection.complete()) {
            line("There are more VMCBs than are looked at.");
        }
    }

    private void vcpu(Vcpu vcpu) {
        text.append('\n');
        line("VM " + vcpu.vm() + ", VMCB at " + Hex.of(vcpu.vmcb().address()) + ": ASID "
                + vcpu.vmcb().asid()
                + ", " + (vcpu.vmcb().nested() ? "nested paging" : "no nested paging") + ", page tables "
                + words(vcpu.vmcb().guestMode()));
        Sheet sheet = new Sheet(columns);
        verdict(sheet, vcpu.pat());
        text.append(sheet);
        space(vcpu.space(), vcpu.vmcb().nested());
        vcpu.nested().ifPresent(mix -> nested(mix, vcpu.nestedSmall()));
    }

    private static void verdict(Sheet sheet, PatVerdict pat) {
        sheet.row("PAT asked", pat.asked().map(InspectText::pat).orElse("not known"));
        sheet.row("in force", pat(pat.inForce()));
        sheet.row(
                "verdict",
                switch (pat.kind()) {
                    case OBEYED -> "the guest's PAT is obeyed";
                    case IGNORED ->
                        "the guest's PAT is ignored: the power-on value is in force, and entries " + entries(pat)
                                + " mean something else than the guest thinks (npt-gpat)";
                    case OTHER -> "what is in force is not what the guest asked for: entries " + entries(pat);
                    case SUSPECT ->
                        "the power-on value is in force, which no operating system leaves: most likely the"
                                + " guest's PAT is ignored (npt-gpat)";
                    case UNKNOWN -> "nothing speaks against it, but what the guest asked for is not known";
                    case NO_NESTED_PAGING ->
                        "nested paging is off: the host's PAT is in force, and KVM's shadow page tables do not"
                                + " have the guest's types (npt-off)";
                });
    }

    private static String entries(PatVerdict pat) {
        return pat.wrongEntries().stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String pat(Pat pat) {
        return String.format("%-24s", pat) + " " + String.format("0x%016x", pat.value());
    }

    private void space(Space space, boolean nested) {
        devices(space, nested);
        List<PageSize> sizes = sizes(space.guest());
        TextTable pages = pages("mapped on pages of", sizes);
        row(pages, sizes, nested ? "the guest's tables" : "these tables", space.guest());
        if (nested) {
            row(pages, sizes, "nested tables", space.nested());
            row(pages, sizes, "as the TLB keeps it", space.tlb());
        }
        text.append('\n').append(pages.render(columns, unicode));
        space.reach().ifPresent(this::reach);
        small(nested ? "the guest's" : "these", space.small());
        types(space);
        space.remarks()
                .forEach(r ->
                        line(r.count() + " × " + r.kind() + ", " + ByteSize.of(r.bytes()) + "; first at " + r.first()));
        space.stopped().ifPresent(at -> line("given up at " + Hex.of(at) + ": the tables have no end"));
    }

    private void devices(Space space, boolean nested) {
        if (space.devices().isEmpty()) {
            return;
        }
        TextTable table = nested
                ? TextTable.of(
                        left("device memory"),
                        right("mapped at"),
                        right("size"),
                        left("meant"),
                        left("guest"),
                        left("nested"),
                        left("MTRR"),
                        left("in force"))
                : TextTable.of(
                        left("device memory"),
                        right("mapped at"),
                        right("size"),
                        left("type"),
                        left("MTRR"),
                        left("in force"));
        for (DeviceMapping d : space.devices().stream().limit(DEVICES).toList()) {
            String at = Long.toHexString(d.virtual());
            String size = ByteSize.of(d.bytes());
            String meant = d.meant().map(MemoryType::toString).orElse("?");
            String guest = d.type().guest().toString();
            String mtrr = d.type().mtrr().toString();
            String force = d.type().effective().toString();
            d.type()
                    .nested()
                    .ifPresentOrElse(
                            type -> table.row(d.device(), at, size, meant, guest, type.toString(), mtrr, force),
                            () -> table.row(d.device(), at, size, guest, mtrr, force));
        }
        text.append('\n').append(table.render(columns, unicode));
        long more = space.devices().size() - Math.min(DEVICES, space.devices().size()) + space.moreDevices();
        if (more > 0) {
            line("and " + more + " more (--json has them)");
        }
    }

    /// Those there are: 4 MiB only with 32-bit tables.
    private static List<PageSize> sizes(PageMix mix) {
        return Arrays.stream(PageSize.values())
                .filter(size -> size != PageSize.M4 || mix.of(size) > 0)
                .toList();
    }

    private static TextTable pages(String title, List<PageSize> sizes) {
        return TextTable.of(Stream.concat(Stream.of(left(title)), sizes.stream().map(size -> right(size.toString())))
                .toArray(TextTable.Column[]::new));
    }

    private static void row(TextTable table, List<PageSize> sizes, String name, PageMix mix) {
        table.row(Stream.concat(Stream.of(name), sizes.stream().map(size -> part(mix, size)))
                .toArray(String[]::new));
    }

    private static String part(PageMix mix, PageSize size) {
        return mix.of(size) == 0 ? "-" : String.format("%s %3.0f %%", ByteSize.of(mix.of(size)), 100 * mix.share(size));
    }

    private void reach(TlbReach reach) {
        List<String> parts = Stream.of(
                        part(reach, PageSize.K4, reach.small()),
                        part(reach, PageSize.M2, reach.large()),
                        part(reach, PageSize.G1, reach.huge()))
                .filter(part -> !part.isEmpty())
                .toList();
        if (!parts.isEmpty()) {
            line("Of that the second level of a core's TLB (" + reach.core().title() + ", data) holds up to: "
                    + String.join(", ", parts) + (parts.size() > 1 ? "; the sizes are not to be added up" : ""));
        }
    }

    private static String part(TlbReach reach, PageSize size, long bytes) {
        return bytes == 0
                ? ""
                : ByteSize.of(bytes) + " on " + size + " (" + reach.core().entries(size) + " entries)";
    }

    private void nested(PageMix mix, Map<HugePages.Reason, Long> small) {
        TextTable pages = pages("the VM's memory", sizes(mix));
        row(pages, sizes(mix), "nested tables", mix);
        text.append('\n').append(pages.render(columns, unicode));
        small("the nested", small);
    }

    private void small(String whose, Map<HugePages.Reason, Long> small) {
        List<String> why = small.entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .map(e -> e.getValue() + " " + reason(e.getKey()))
                .toList();
        if (!why.isEmpty()) {
            line("On 4K in " + whose + " tables, in stretches of 2 MiB: " + String.join(", ", why));
        }
    }

    private static String reason(HugePages.Reason reason) {
        return switch (reason) {
            case COULD_BE -> "in a row and aligned (a 2M page would do)";
            case NOT_CONTIGUOUS -> "not in a row";
            case ALIGNMENT -> "in a row but not aligned";
            case MIXED -> "of different rights or types";
            case PARTLY_MAPPED -> "mapped in part";
        };
    }

    private void types(Space space) {
        String types = space.types().entrySet().stream()
                .map(e -> e.getKey() + " " + ByteSize.of(e.getValue()))
                .collect(Collectors.joining(", "));
        if (!types.isEmpty()) {
            line("Memory types in force, devices left out: " + types);
        }
    }

    private void assumed() {
        text.append('\n');
        line("The MTRRs are not known: memory is taken to be WB and device memory UC. Give the host's /proc/mtrr with"
                + " --mtrr FILE.");
    }

    private void line(String words) {
        text.append(FindingText.wrap(words, columns, "  "));
    }

    private static String words(PagingMode mode) {
        return switch (mode) {
            case FOUR_LEVEL -> "64-bit, four levels";
            case FIVE_LEVEL -> "64-bit, five levels";
            case PAE -> "32-bit PAE";
            case LEGACY -> "32-bit";
            case NONE -> "unpaged";
        };
    }
}
