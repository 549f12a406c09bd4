package dev.nptune.cli;

import dev.nptune.host.Fact;
import dev.nptune.host.LiveVm;
import dev.nptune.host.QemuMemory.GuestPages;
import dev.nptune.host.QemuMemory.Mapping;
import dev.nptune.internal.text.ByteSize;
import dev.nptune.internal.text.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A running VM for a terminal: a bar for each page size, its mappings, its counters, and what is not to be seen.
final class InspectLiveText {
    /// Columns of a page size's line beside its bar.
    private static final int BESIDE = 46;

    private static final int SHORTEST_BAR = 8;
    private static final int LONGEST_BAR = 60;

    /// Counters that tell how a VM runs, in the order in which they are shown, and what they count.
    private static final Map<String, String> COUNTERS = counters();

    private final LiveVm vm;
    private final int columns;
    private final boolean unicode;
    private final StringBuilder out = new StringBuilder();

    private InspectLiveText(LiveVm vm, int columns, boolean unicode) {
        this.vm = vm;
        this.columns = columns;
        this.unicode = unicode;
    }

    static String render(LiveVm vm, int columns, boolean unicode) {
        InspectLiveText text = new InspectLiveText(vm, columns, unicode);
        Sheet head = new Sheet(columns);
        head.row("VM", Sheet.told(vm.name()) + ", process " + vm.pid());
        text.out.append(head);
        text.pages();
        text.mappings();
        text.statistics();
        text.unseen();
        return text.out.toString();
    }

    private static Map<String, String> counters() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("exits", "exits to the host");
        all.put("halt_exits", "of them, the guest had nothing to do");
        all.put("io_exits", "of them, I/O ports");
        all.put("mmio_exits", "of them, memory of devices");
        all.put("irq_exits", "of them, interrupts of the host");
        all.put("irq_window", "of them, waiting to take an interrupt");
        all.put("nmi_window", "of them, waiting to take an NMI");
        all.put("pf_taken", "faults in the nested page tables");
        all.put("pf_fixed", "of them, an entry was put in");
        all.put("tlb_flush", "TLB flushes");
        all.put("remote_tlb_flush", "TLB flushes of all vCPUs");
        all.put("mmu_unsync", "page tables not in step with the guest's");
        all.put("mmu_cache_miss", "page tables made anew");
        all.put("nx_lpage_splits", "huge pages split for nx_huge_pages");
        return all;
    }

    private void heading(String words) {
        out.append('\n').append(words).append('\n');
    }

    private void pages() {
        heading("memory that KVM has mapped for the guest, by page size");
        Fact<GuestPages> fact = vm.memory().pages();
        if (fact.get().isEmpty()) {
            out.append("  ").append(Sheet.told(fact)).append('\n');
            return;
        }
        GuestPages pages = fact.get().orElseThrow();
        bar("4 KiB", pages.pages4k(), pages.bytes4k(), pages.bytes());
        bar("2 MiB", pages.pages2m(), pages.bytes2m(), pages.bytes());
        bar("1 GiB", pages.pages1g(), pages.bytes1g(), pages.bytes());
    }

    private void bar(String size, long count, long bytes, long all) {
        int width = Math.clamp(columns - BESIDE, SHORTEST_BAR, LONGEST_BAR);
        double share = all == 0 ? 0 : (double) bytes / all;
        int length = share == 0 ? 0 : Math.max(1, (int) Math.round(share * width));
        String bar = (unicode ? "█" : "#").repeat(length) + " ".repeat(width - length);
        out.append(String.format(
                Locale.ROOT,
                "  %s  %s %9s %12d pages %4.0f %%\n",
                size,
                bar,
                bytes == 0 ? "0" : ByteSize.of(bytes),
                count,
                100 * share));
    }

    private void mappings() {
        heading("QEMU's largest mappings; the guest's memory is among them");
        Fact<List<Mapping>> fact = vm.memory().mappings();
        if (fact.get().isEmpty()) {
            out.append("  ").append(Sheet.told(fact)).append('\n');
            return;
        }
        TextTable table = TextTable.of(
                TextTable.left("  mapping"),
                TextTable.right("size"),
                TextTable.right("used"),
                TextTable.right("pages of"),
                TextTable.right("THP"),
                TextTable.right("pool"));
        for (Mapping each : fact.get().orElseThrow()) {
            table.row(
                    "  " + (each.name().isEmpty() ? "no file" : each.name()),
                    ByteSize.of(each.size()),
                    ByteSize.of(each.resident() + each.pool()),
                    ByteSize.of(each.page()),
                    share(each.transparent(), each.resident()),
                    share(each.pool(), each.resident() + each.pool()));
        }
        out.append(table.render(columns, unicode));
    }

    private static String share(long part, long all) {
        return all == 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100.0 * part / all);
    }

    private void statistics() {
        heading("since the VM started");
        Fact<Map<String, Long>> fact = vm.statistics();
        if (fact.get().isEmpty()) {
            out.append("  ").append(Sheet.told(fact)).append('\n');
            return;
        }
        Map<String, Long> all = fact.get().orElseThrow();
        List<String> there = COUNTERS.keySet().stream().filter(all::containsKey).toList();
        there.forEach(name ->
                out.append(String.format(Locale.ROOT, "  %-18s %15d  %s\n", name, all.get(name), COUNTERS.get(name))));
        if (all.size() > there.size()) {
            out.append("  and ").append(all.size() - there.size()).append(" more, with --json\n");
        }
    }

    private void unseen() {
        heading("not to be seen from here");
        List<String> lines = new ArrayList<>();
        vm.unseen().forEach(each -> lines.add("  - " + each.what() + ": " + each.why() + "."));
        lines.forEach(line -> out.append(FindingText.wrap(line, columns, "    ")));
        vm.traceEvents()
                .get()
                .ifPresent(count -> out.append(
                        FindingText.wrap("KVM's events can be traced: " + count + " kinds, by root.", columns, "")));
    }
}
