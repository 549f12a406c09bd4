package dev.nptune.paging.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Files that people have and that cannot be mapped as memory, known by how they begin.
enum OtherFormat {
    KDUMP("a kdump-compressed dump", "KDUMP   "),
    KDUMP_FLAT("a kdump-compressed dump", "makedumpfile"),
    WINDOWS("a Windows crash dump", "PAGEDU"),
    LIME("a LiME dump", "EMiL"),
    SAVED("a VM saved by libvirt", "LibvirtQemud"),
    QEMU_STATE("a stream of QEMU's state", "QEVM"),
    QCOW2("a disk image", "QFI\u00fb"),
    GZIP("compressed (gzip)", "\u001f\u008b\b"),
    XZ("compressed (xz)", "\u00fd7zXZ\0"),
    ZSTD("compressed (zstd)", "(\u00b5/\u00fd"),
    BZIP2("compressed (bzip2)", "BZh");

    private final String words;
    /// The bytes, one a character.
    private final String magic;

    OtherFormat(String words, String magic) {
        this.words = words;
        this.magic = magic;
    }

    /// What the file is, if it is one of these.
    static Optional<OtherFormat> of(MemorySegment file) {
        return Arrays.stream(values()).filter(format -> format.begins(file)).findFirst();
    }

    /// For "it is …".
    String words() {
        return words;
    }

    String nextStep() {
        return switch (this) {
            case GZIP, XZ, ZSTD, BZIP2 -> "Unpack it first.";
            case KDUMP, KDUMP_FLAT, WINDOWS, LIME, SAVED, QEMU_STATE, QCOW2 ->
                "Dump the memory as it is: virsh dump --memory-only --format elf VM FILE, or in QEMU's monitor"
                        + " dump-guest-memory FILE, without -z, -l, -s or -w.";
        };
    }

    private boolean begins(MemorySegment file) {
        int length = magic.length();
        return file.byteSize() >= length
                && new String(file.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1)
                        .equals(magic);
    }
}
