package dev.nptune.vm;

import java.util.Optional;

/// Guest memory taken from the host's reserved huge pages.
///
/// @param path XPath relative to `/domain`
/// @param pageBytes page size in bytes (of the first size named); empty for the host's default
public record HugePages(String path, Optional<Long> pageBytes) {}
