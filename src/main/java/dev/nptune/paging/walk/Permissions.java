package dev.nptune.paging.walk;

/// What the entries on the way to a page allow together: each may take a right away. Protection keys, SMEP, SMAP and
/// CR0.WP come on top and are not considered.
///
/// @param writable every entry has W
/// @param user every entry has U
/// @param executable no entry has NX, or EFER.NXE is clear
public record Permissions(boolean writable, boolean user, boolean executable) {
    /// Nothing taken away.
    public static final Permissions ALL = new Permissions(true, true, true);

    /// Those that both leave.
    public Permissions and(Permissions other) {
        return new Permissions(writable && other.writable, user && other.user, executable && other.executable);
    }

    /// Letters as in `rwxu`, a dash for what is not allowed; read is always.
    @Override
    public String toString() {
        return "r" + (writable ? 'w' : '-') + (executable ? 'x' : '-') + (user ? 'u' : '-');
    }
}
