package dev.nptune.kernel.module;

/// What a module of a kernel is built from.
///
/// @param headers the kernel's headers
/// @param source its source
public record KernelParts(KernelHeaders headers, KernelSource source) {}
