package dev.nptune.plan;

/// What a person has allowed of that which may leave a guest unable to boot.
///
/// @param virtioDisk whether the disks of a Windows guest may move to virtio: its owner says that viostor is installed
public record Permissions(boolean virtioDisk) {
    /// Nothing of it.
    public static final Permissions NONE = new Permissions(false);
}
