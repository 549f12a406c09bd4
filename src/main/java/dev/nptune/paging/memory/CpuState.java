package dev.nptune.paging.memory;

/// A CPU's registers as far as they matter to paging, from the note `QEMU` of a dump (QEMU's
/// `target/i386/arch_dump.c`, version 1 of `QEMUCPUState`). EFER is not among them.
///
/// @param rip the instruction pointer
/// @param cr0 CR0
/// @param cr2 CR2
/// @param cr3 CR3
/// @param cr4 CR4
/// @param longMode whether EFER.LMA is set. QEMU writes a dump for x86-64 if it is set on the first CPU; the notes
///     tell the others by a code segment of 64 bits alone
public record CpuState(long rip, long cr0, long cr2, long cr3, long cr4, boolean longMode) {}
