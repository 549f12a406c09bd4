package dev.nptune.paging.space;

import dev.nptune.paging.walk.EntryFormat;
import dev.nptune.paging.walk.Permissions;

/// Permissions as a number for the fast loops: bit 0 is W, bit 1 is U, bit 2 is NX.
final class Rights {
    static final int ALL = 3;

    private Rights() {}

    /// What one entry leaves.
    static int of(EntryFormat format, long entry, int level) {
        Permissions permissions = format.permissions(entry, level);
        return (permissions.writable() ? 1 : 0) | (permissions.user() ? 2 : 0) | (permissions.executable() ? 0 : 4);
    }

    /// What both leave.
    static int and(int one, int other) {
        return (one & other & 3) | ((one | other) & 4);
    }
}
