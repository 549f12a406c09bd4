package dev.nptune.vm;

/// The processor topology shown to the guest: the product of the four is the number of vCPUs.
///
/// @param path XPath relative to `/domain`
/// @param sockets packages
/// @param dies dies per package
/// @param cores cores per die (clusters, which x86 has none of, are counted in)
/// @param threads threads per core
public record Topology(String path, int sockets, int dies, int cores, int threads) {}
