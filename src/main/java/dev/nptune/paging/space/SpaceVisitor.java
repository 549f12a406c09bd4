package dev.nptune.paging.space;

/// Is told of an address space, in the order of addresses.
public interface SpaceVisitor {
    /// Mappings.
    void run(Run run);

    /// Something else. The default does nothing.
    default void remark(Remark remark) {}
}
