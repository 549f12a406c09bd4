package dev.nptune.host;

import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.host.PciResources.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a function's BARs from its `resource` file, and which of them can be resized.
final class PciResourceReader {
    private static final int BARS = 6;
    private static final int ROM = 6;
    private static final int MAX_LINES = 64;
    private static final Pattern LINE =
            Pattern.compile("0x([0-9a-fA-F]{1,16}) 0x([0-9a-fA-F]{1,16}) 0x([0-9a-fA-F]{1,16})");

    // Bits of the third column, as in the kernel's ioport.h.
    private static final long IS_IO = 0x100;
    private static final long IS_MEMORY = 0x200;
    private static final long PREFETCHABLE = 0x2000;
    private static final long WIDE = 0x100000;
    private static final long NO_PLACE = 0x20000000;

    private PciResourceReader() {}

    static PciResources read(Tree tree, String directory, Fact<ConfigSpace> config) {
        Fact<List<Bar>> all = tree.text(directory + "/resource").map(PciResourceReader::parse);
        Fact<List<Bar>> bars =
                all.map(list -> list.stream().filter(b -> b.index() < BARS).toList());
        return new PciResources(bars, rom(all), resizable(tree, directory, config, bars));
    }

    private static Fact<Bar> rom(Fact<List<Bar>> all) {
        Fact<List<Bar>> roms =
                all.map(list -> list.stream().filter(b -> b.index() == ROM).toList());
        return Values.absentIf(roms, List::isEmpty).map(List::getFirst);
    }

    /// One line each: first address, last address, flags; unused ones are all zeros.
    ///
    /// @return BARs and ROM; what follows belongs to bridges and virtual functions
    /// @throws IllegalArgumentException if it is no such list
    static List<Bar> parse(String text) {
        String[] lines = text.split("\n", MAX_LINES);
        List<Bar> bars = new ArrayList<>();
        for (int index = 0; index < lines.length && index <= ROM; index++) {
            Matcher m = LINE.matcher(lines[index].strip());
            if (!m.matches()) {
                throw new IllegalArgumentException("no resource: '" + Values.brief(lines[index]) + "'");
            }
            long start = Long.parseUnsignedLong(m.group(1), 16);
            long end = Long.parseUnsignedLong(m.group(2), 16);
            long flags = Long.parseUnsignedLong(m.group(3), 16);
            if ((flags & (IS_IO | IS_MEMORY)) != 0) {
                bars.add(bar(index, start, end, flags));
            }
        }
        return bars;
    }

    private static Bar bar(int index, long start, long end, long flags) {
        long bytes = end - start + 1;
        if (Long.compareUnsigned(end, start) < 0 || bytes <= 0) {
            throw new IllegalArgumentException("resource " + index + " ends before it starts");
        }
        return new Bar(
                index,
                (flags & IS_IO) != 0 ? Space.IO : Space.MEMORY,
                start,
                bytes,
                (flags & WIDE) != 0,
                (flags & PREFETCHABLE) != 0,
                (flags & NO_PLACE) == 0);
    }

    /// Configuration space tells all. Where it cannot be read, kernels from 5.19 on have a file for each resizable BAR;
    /// without such a file it is not known.
    private static Fact<List<ResizableBar>> resizable(
            Tree tree, String directory, Fact<ConfigSpace> config, Fact<List<Bar>> bars) {
        if (config instanceof Fact.Known<ConfigSpace>(ConfigSpace space, String _)
                && space.resizableBars() instanceof Fact.Known<List<ResizableBar>>) {
            return space.resizableBars();
        }
        List<ResizableBar> found = new ArrayList<>();
        for (int index = 0; index < BARS; index++) {
            int number = index;
            Fact<Long> current = bars.map(list -> list.stream()
                    .filter(b -> b.index() == number)
                    .findFirst()
                    .map(Bar::bytes)
                    .orElseThrow(() -> new IllegalArgumentException("BAR " + number + " is not in use")));
            tree.value(directory + "/resource" + index + "_resize")
                    .map(PciResourceReader::sizes)
                    .get()
                    .ifPresent(sizes -> found.add(new ResizableBar(number, sizes, current)));
        }
        if (!found.isEmpty()) {
            return Fact.known(List.copyOf(found), directory + "/resource*_resize");
        }
        return Facts.flat(config.map(ConfigSpace::resizableBars));
    }

    private static List<Long> sizes(String text) {
        if (!text.matches("(0x)?[0-9a-fA-F]{1,16}")) {
            throw new IllegalArgumentException("no bitmap: '" + Values.brief(text) + "'");
        }
        return ConfigDecoder.sizes(Long.parseUnsignedLong(text.replaceFirst("^0x", ""), 16));
    }
}
