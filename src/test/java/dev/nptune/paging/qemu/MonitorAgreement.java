package dev.nptune.paging.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.space.AddressSpace;
import dev.nptune.paging.space.Limits;
import dev.nptune.paging.space.Remark;
import dev.nptune.paging.space.Run;
import dev.nptune.paging.space.SpaceVisitor;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import dev.nptune.paging.walk.Walk;
import dev.nptune.paging.walk.Walker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Holds the walkers against QEMU's monitor.
public final class MonitorAgreement implements SpaceVisitor {
    private static final Pattern PAGE = Pattern.compile("([0-9a-f]{8,16}): ([0-9a-f]{8,16}) (\\S{9})");
    private static final Pattern RANGE = Pattern.compile("([0-9a-f]{8,16})-([0-9a-f]{8,16}) ([0-9a-f]{8,16}) (\\S+)");
    private static final Pattern ADDRESS = Pattern.compile("gpa: (0x[0-9a-f]+)");

    private final Monitor monitor;
    private final PhysicalMemory memory;
    private final TableRoot root;
    private final List<Run.Single> runs = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    public MonitorAgreement(Monitor monitor, PhysicalMemory memory, TableRoot root) {
        this.monitor = monitor;
        this.memory = memory;
        this.root = root;
        // Linux has the same table thousands of times for the stacks of espfix, and QEMU lists each.
        AddressSpace.of(memory, root).within(new Limits(1 << 20, 1L << 31)).walk(this);
    }

    @Override
    public void run(Run run) {
        runs.add((Run.Single) run);
    }

    @Override
    public void remark(Remark remark) {
        remarks.add(remark);
    }

    public List<Run.Single> runs() {
        return runs;
    }

    public List<Remark> remarks() {
        return remarks;
    }

    /// `info tlb` names the same pages in the same order.
    ///
    /// @return how many
    public long everyPage() throws IOException {
        Matcher line = PAGE.matcher(monitor.ask("info tlb"));
        long pages = 0;
        for (Run.Single run : runs) {
            long size = run.leaf().size().bytes();
            for (long done = 0; done < run.bytes(); done += size) {
                assertThat(line.find()).as("a page at %x", run.virtual() + done).isTrue();
                same(line, run, done);
                pages++;
            }
        }
        assertThat(line.find()).as("a page more").isFalse();
        return pages;
    }

    /// In QEMU 7.2 the address of a page of PAE has NX in it, that of a page of 4 MiB only its bits below 32.
    private void same(Matcher line, Run.Single run, long done) {
        long mask = root.mode() == PagingMode.LEGACY ? 0xffff_f000L : 0x000f_ffff_ffff_f000L;
        long virtual = Long.parseUnsignedLong(line.group(1), 16);
        long physical = Long.parseUnsignedLong(line.group(2), 16)
                & mask
                & -run.leaf().size().bytes();
        if (virtual != run.virtual() + done || physical != (run.physical() + done & mask)) {
            throw new AssertionError(line.group() + ", but " + Long.toHexString(run.virtual() + done) + " in " + run);
        }
        assertThat(line.group(3).charAt(2) == 'P' || run.leaf().size() == PageSize.K4)
                .as(line.group())
                .isTrue();
    }

    /// `info mem` has the same ranges of the same rights.
    public void everyRange() throws IOException {
        List<String> theirs = RANGE.matcher(monitor.ask("info mem"))
                .results()
                .map(range -> range.group(1) + "-" + range.group(2) + " " + range.group(4))
                .toList();
        assertThat(ranges()).isEqualTo(theirs);
    }

    private List<String> ranges() {
        List<String> result = new ArrayList<>();
        Run.Single first = runs.getFirst();
        long from = first.virtual();
        long to = from + first.bytes();
        String rights = rights(first);
        for (Run.Single run : runs.subList(1, runs.size())) {
            if (run.virtual() != to || !rights(run).equals(rights)) {
                result.add(range(from, to, rights));
                from = run.virtual();
                rights = rights(run);
            }
            to = run.virtual() + run.bytes();
        }
        result.add(range(from, to, rights));
        return result;
    }

    private String range(long from, long to, String rights) {
        return String.format("%016x-%016x %s", from, to, rights);
    }

    private static String rights(Run.Single run) {
        return (run.leaf().permissions().user() ? "u" : "-")
                + "r"
                + (run.leaf().permissions().writable() ? "w" : "-");
    }

    /// `gva2gpa` gives what the plain walker gives, at random addresses in and next to the runs.
    ///
    /// @return how many of them are mapped
    public int addresses(SplittableRandom random, int count) throws IOException {
        Walker walker = new Walker(memory, root);
        int mapped = 0;
        for (int i = 0; i < count; i++) {
            Run.Single run = runs.get(random.nextInt(runs.size()));
            long address = run.virtual() + random.nextLong(run.bytes());
            if (random.nextInt(5) == 0) {
                address = run.virtual() + run.bytes() + random.nextInt(1 << 14);
            }
            if (!root.covers(address)) {
                continue;
            }
            Matcher told = ADDRESS.matcher(monitor.ask("gva2gpa 0x" + Long.toHexString(address)));
            Walk walk = walker.walk(address);
            assertThat(told.find()).as(walk.toString()).isEqualTo(walk instanceof Walk.Mapped);
            if (walk instanceof Walk.Mapped page) {
                assertThat(Long.decode(told.group(1))).as(walk.toString()).isEqualTo(page.physical());
                mapped++;
            }
        }
        return mapped;
    }
}
