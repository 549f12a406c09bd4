package dev.nptune.host;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Drives and what the host has on them, and so what it loses with the controller of one.
///
/// @param blocks block devices that rest on a drive or may, in name order; memory and loop devices are left out
/// @param mounts mounted file systems that lie on a block device, and ZFS; in the order mounted
/// @param swaps names of the block devices that are swap space
/// @param btrfs names of the block devices that are part of a mounted btrfs, which may have several
public record Storage(
        Fact<List<Block>> blocks, Fact<List<Mount>> mounts, Fact<List<String>> swaps, Fact<List<String>> btrfs) {
    public Storage {
        Objects.requireNonNull(blocks);
        Objects.requireNonNull(mounts);
        Objects.requireNonNull(swaps);
        Objects.requireNonNull(btrfs);
    }

    /// One of which nothing was read.
    public static Storage unread(String reason) {
        return new Storage(
                Fact.unreadable(StorageReader.BLOCKS, reason),
                Fact.unreadable(StorageReader.MOUNTS, reason),
                Fact.unreadable(StorageReader.SWAPS, reason),
                Fact.unreadable(StorageReader.BTRFS, reason));
    }

    /// The block device at a path such as `/dev/nvme1n1`. Links are not followed: `/dev/disk/by-id/…` finds none.
    public Optional<Block> block(String path) {
        return blocks.get().stream()
                .flatMap(List::stream)
                .filter(b -> path.equals(b.path()))
                .findFirst();
    }

    /// A drive, a partition, or a volume made of such.
    ///
    /// @param name the kernel's: `nvme0n1`, `sda2`, `dm-0`, `md127`
    /// @param number major and minor number, `259:2`
    /// @param functions the PCI functions on the way to it, the nearest first; known and empty for what is not
    ///     on PCI
    /// @param on what it is a part or made of, by name: the drive of a partition, the partitions under LUKS and LVM
    public record Block(String name, Fact<String> number, Fact<List<PciAddress>> functions, List<String> on) {
        public Block {
            on = List.copyOf(on);
        }

        /// Its device node; the kernel writes `!` for the `/` in the names of some.
        @JsonIgnore
        public String path() {
            return "/dev/" + name.replace('!', '/');
        }

        /// Whether it is a part of one other, and no volume made of others.
        @JsonIgnore
        public boolean isPartition() {
            return on.size() == 1 && name.matches(Pattern.quote(on.getFirst()) + "p?[0-9]+");
        }
    }

    /// A mounted file system.
    ///
    /// @param number of the block device; one of the kernel's own making for btrfs and ZFS
    /// @param type `ext4`, `btrfs`, `zfs`
    /// @param source the device as mounted, `/dev/nvme0n1p2`; `""` where it is none
    /// @param at the mount point
    public record Mount(String number, String type, String source, String at) {}
}
