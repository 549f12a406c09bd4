package dev.nptune.vm;

import java.util.OptionalInt;

/// A hard disk of a VM that is made anew, on virtio-blk, past the host's page cache.
///
/// @param path absolute path of the image or block device
/// @param iothread number of the iothread that serves it, from 1; empty for QEMU's main loop
public record NewDisk(Kind kind, String path, OptionalInt iothread) {
    /// What holds a disk's data.
    public enum Kind {
        QCOW2("file", "qcow2"),
        RAW("file", "raw"),
        /// A block device of the host.
        BLOCK("block", "raw");

        private final String type;
        private final String format;

        Kind(String type, String format) {
            this.type = type;
            this.format = format;
        }

        String type() {
            return type;
        }

        String format() {
            return format;
        }
    }

    /// @throws IllegalArgumentException if the path is not absolute or has characters that XML has not
    public NewDisk {
        NewValues.path("disk", path);
    }
}
