package dev.nptune.host;

/// Who may do what with a file or a device node.
///
/// @param mode the twelve permission bits, `0660` octal for a usual `/dev/kvm`
/// @param uid number of the owner
/// @param gid number of the group
public record FileMode(int mode, int uid, int gid) {
    /// Whether anybody may execute it; libvirt passes over a hook that is not executable.
    public boolean executable() {
        return (mode & 0111) != 0;
    }
}
