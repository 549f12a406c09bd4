package dev.nptune.kernel.module;

import dev.nptune.kernel.module.XzBlocks.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.SeekableXZInputStream;

/// Finds the few blocks of a sorted archive of a kernel that can hold what is wanted: of the first name in each block
/// it
/// follows what lies in it. For `arch/x86/kvm` of Linux 6.1 that is 4 of 55.
///
/// Archives are sorted by folder (`tar --sort=name`, Debian) or as git does; one that is neither gives no answer and is
/// read as a whole. A caller that misses something reads the whole, too.
final class SortedTar {
    private static final int RECORD = 512;
    /// How far into a block its first name is looked for, in bytes; amdgpu's largest headers go on for longer.
    private static final int DEPTH = 4 << 20;

    private static final Comparator<String> BY_FOLDER = SortedTar::byFolder;
    private static final Comparator<String> AS_GIT = Comparator.naturalOrder();

    /// Where a name stands.
    ///
    /// @param block the block's number
    /// @param offset of its header in the block
    private record Mark(int block, int offset, String name) {}

    private SortedTar() {}

    /// The parts of the archive that can hold names; each begins at a header.
    ///
    /// @param blocks the archive's blocks
    /// @param wanted as for [KernelSource#copy]
    static Optional<List<Part>> parts(Path archive, List<Part> blocks, List<String> wanted) throws IOException {
        List<Mark> marks = marks(archive, blocks);
        boolean sorted = !marks.isEmpty()
                && marks.getFirst().block == 0
                && marks.getFirst().offset == 0
                && (isSorted(marks, BY_FOLDER) || isSorted(marks, AS_GIT));
        if (!sorted) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < marks.size(); i++) {
            Mark from = marks.get(i);
            Mark to = i + 1 < marks.size() ? marks.get(i + 1) : null;
            if (wanted.stream().anyMatch(w -> canHold(from.name, to == null ? null : to.name, w))) {
                add(parts, blocks, from, to);
            }
        }
        return Optional.of(parts);
    }

    private static void add(List<Part> parts, List<Part> blocks, Mark from, @Nullable Mark to) {
        int last = to == null ? blocks.size() - 1 : to.block;
        for (int block = from.block; block <= last; block++) {
            int begin = block == from.block ? from.offset : 0;
            int end = to != null && block == to.block
                    ? to.offset
                    : blocks.get(block).to();
            if (end > begin) {
                parts.add(new Part(block, begin, end));
            }
        }
    }

    /// Whether between two names there may be a wanted one, by either order.
    private static boolean canHold(String from, @Nullable String to, String wanted) {
        return canHold(BY_FOLDER, from, to, wanted) || canHold(AS_GIT, from, to, wanted);
    }

    private static boolean canHold(Comparator<String> order, String from, @Nullable String to, String wanted) {
        boolean beginsBefore = to == null || order.compare(wanted, to) < 0 || to.startsWith(wanted);
        boolean endsAfter = order.compare(wanted, from) >= 0 || from.startsWith(wanted);
        return beginsBefore && endsAfter;
    }

    private static boolean isSorted(List<Mark> marks, Comparator<String> order) {
        for (int i = 1; i < marks.size(); i++) {
            if (order.compare(marks.get(i - 1).name, marks.get(i).name) > 0) {
                return false;
            }
        }
        return true;
    }

    private static int byFolder(String one, String other) {
        return one.replace('/', '\0').compareTo(other.replace('/', '\0'));
    }

    private static List<Mark> marks(Path archive, List<Part> blocks) throws IOException {
        List<Mark> marks = new ArrayList<>();
        byte[] record = new byte[RECORD];
        try (SeekableXZInputStream xz = XzBlocks.open(archive)) {
            for (Part block : blocks) {
                xz.seekToBlock(block.number());
                int most = Math.min(DEPTH, block.to() - RECORD);
                for (int at = 0; at <= most; at += RECORD) {
                    if (xz.readNBytes(record, 0, RECORD) == RECORD && isHeader(record)) {
                        marks.add(new Mark(block.number(), at, below(name(record))));
                        break;
                    }
                }
            }
        }
        return marks;
    }

    /// A header states the sum of its own bytes, its own digits counted as blanks.
    private static boolean isHeader(byte[] record) {
        if (record[257] != 'u'
                || record[258] != 's'
                || record[259] != 't'
                || record[260] != 'a'
                || record[261] != 'r') {
            return false;
        }
        int sum = 0;
        int stated = 0;
        for (int i = 0; i < RECORD; i++) {
            boolean digits = i >= 148 && i < 156;
            sum += digits ? ' ' : record[i] & 0xFF;
            stated = digits && record[i] >= '0' && record[i] <= '7' ? stated * 8 + record[i] - '0' : stated;
        }
        return sum == stated;
    }

    private static String name(byte[] record) {
        String name = text(record, 0, 100);
        String prefix = record[263] == '0' ? text(record, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] record, int from, int most) {
        int end = from;
        while (end < from + most && record[end] != 0) {
            end++;
        }
        return new String(record, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private static String below(String name) {
        String clean = name.startsWith("./") ? name.substring(2) : name;
        return clean.substring(clean.indexOf('/') + 1);
    }
}
