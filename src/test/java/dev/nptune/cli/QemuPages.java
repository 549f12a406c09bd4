package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.HeldVm;
import dev.nptune.paging.inspect.Surroundings;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.vmcb.Vmcb;
import dev.nptune.paging.walk.Access;
import dev.nptune.paging.walk.NestedWalk;
import dev.nptune.paging.walk.NestedWalker;
import dev.nptune.paging.walk.Walk;
import dev.nptune.paging.walk.Walker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;

/// Where the emulated host's kernel says that the pages of its VM's memory lie (`/proc/PID/pagemap`).
///
/// @param entries of the guest's memory, page by page from guest-physical 0 on
record QemuPages(LongBuffer entries) {
    private static final int PAGE = 4096;
    private static final long PRESENT = 1L << 63;
    private static final long FRAME = (1L << 55) - 1;
    private static final Pattern RANGE = Pattern.compile("(?m)^([0-9a-f]+)-([0-9a-f]+) rw");

    /// The largest range that QEMU may write to is the guest's memory, all of it below the hole for devices.
    static QemuPages of(EmulatedHost host, Path share) throws Exception {
        String pid = run(host, "pgrep", "-f", "qemu-system-x86_64.*guest=game")
                .lines()
                .findFirst()
                .orElseThrow();
        Range memory = RANGE.matcher(run(host, "cat", "/proc/" + pid + "/maps"))
                .results()
                .map(m -> new Range(Long.parseUnsignedLong(m.group(1), 16), Long.parseUnsignedLong(m.group(2), 16)))
                .max(Comparator.comparingLong(Range::bytes))
                .orElseThrow();
        run(
                host,
                "dd",
                "if=/proc/" + pid + "/pagemap",
                "of=/lab/pagemap",
                "bs=64K",
                "iflag=skip_bytes,count_bytes",
                "skip=" + memory.from() / PAGE * Long.BYTES,
                "count=" + memory.bytes() / PAGE * Long.BYTES);
        byte[] bytes = Files.readAllBytes(share.resolve("pagemap"));
        assertThat(bytes).hasSize((int) (memory.bytes() / PAGE * Long.BYTES));
        return new QemuPages(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer());
    }

    private record Range(long from, long to) {
        long bytes() {
            return to - from;
        }
    }

    private static String run(EmulatedHost host, String... argv) throws Exception {
        Exec.Result result = host.call(argv);
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }

    /// Holds the nested tables against the host's kernel, page by page, and both dimensions together against the
    /// guest's.
    void agreeWith(PhysicalMemory memory, Vmcb vmcb, Surroundings surroundings, HeldVm held) {
        int bits = surroundings.physicalBits();
        Walker nested = new Walker(memory, vmcb.nestedTables(bits));
        int mapped = 0;
        for (int page = 0; page < entries.limit(); page++) {
            if (nested.walk((long) page * PAGE) instanceof Walk.Mapped walk) {
                assertThat(walk.physical()).as("guest-physical page 0x%x", page).isEqualTo(physical(page));
                mapped++;
            }
        }
        assertThat((long) mapped * PAGE).isGreaterThan(64L << 20);
        NestedWalk both = new NestedWalker(memory, vmcb.guestTables(bits), vmcb.nestedTables(bits))
                .walk(held.memory(), Access.READ);
        assertThat(both).isInstanceOfSatisfying(NestedWalk.Mapped.class, walk -> {
            assertThat(walk.guestPhysical()).isEqualTo(held.physical()).isPositive();
            assertThat(walk.hostPhysical()).isEqualTo(physical((int) (held.physical() / PAGE)));
        });
    }

    private long physical(int page) {
        long entry = entries.get(page);
        assertThat(entry & PRESENT)
                .as("guest-physical page 0x%x is present", page)
                .isNotZero();
        return (entry & FRAME) * PAGE;
    }
}
