package dev.nptune.lab;

import java.nio.file.Path;

/// A kernel unpacked in the cache.
///
/// @param release what `uname -r` will say
/// @param version the Debian package's version
/// @param image the bootable image (vmlinuz)
/// @param modules the folder `lib/modules/RELEASE`
public record KernelFiles(String release, String version, Path image, Path modules) {}
