package dev.nptune.host;

import java.util.List;
import java.util.Objects;

/// What the memory of a running QEMU is made of, whatever was asked for.
///
/// @param pages what KVM has mapped for its guest by now, by size; absent where the kernel does not count it
/// @param mappings its largest mappings that hold memory, the guest's among them, largest first; up to 16 of 64 MiB or
///     more
public record QemuMemory(Fact<GuestPages> pages, Fact<List<Mapping>> mappings) {
    public QemuMemory {
        Objects.requireNonNull(pages);
        Objects.requireNonNull(mappings);
    }

    /// One of which nothing was read.
    public static QemuMemory unread(int pid, String reason) {
        return new QemuMemory(
                Fact.unreadable("/sys/kernel/debug/kvm", reason), Fact.unreadable("/proc/" + pid + "/smaps", reason));
    }

    /// Entries of the nested page tables that map memory, by the size of what one maps. Source: the kernel's
    /// `arch/x86/kvm/x86.c`, since Linux 5.13.
    public record GuestPages(long pages4k, long pages2m, long pages1g) {
        /// What they map, in bytes.
        public long bytes() {
            return bytes4k() + bytes2m() + bytes1g();
        }

        public long bytes4k() {
            return pages4k << 12;
        }

        public long bytes2m() {
            return pages2m << 21;
        }

        public long bytes1g() {
            return pages1g << 30;
        }
    }

    /// A mapping of `/proc/PID/smaps`. Sizes in bytes. Source: proc_pid_smaps(5).
    ///
    /// @param name the file; empty for anonymous memory
    /// @param start its first address
    /// @param size how much it may hold
    /// @param resident how much of it is there, without pages of huge page pools
    /// @param page the page size of what it maps: 4 KiB for all but huge page pools
    /// @param transparent how much of it is in transparent huge pages, of whatever kind
    /// @param pool how much of it is from a pool of huge pages
    /// @param advised whether QEMU asked for transparent huge pages
    public record Mapping(
            String name,
            long start,
            long size,
            long resident,
            long page,
            long transparent,
            long pool,
            boolean advised) {}
}
