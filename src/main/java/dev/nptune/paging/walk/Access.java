package dev.nptune.paging.walk;

/// What an address is wanted for.
public enum Access {
    /// To see where it leads; permissions do not matter.
    LOOK,
    /// To read data.
    READ,
    /// To write data.
    WRITE,
    /// To fetch an instruction.
    FETCH
}
