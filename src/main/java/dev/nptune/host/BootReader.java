package dev.nptune.host;

/// Reads how a machine boots.
final class BootReader {
    private BootReader() {}

    static Boot read(Tree tree) {
        return Boot.unread("not read yet");
    }
}
