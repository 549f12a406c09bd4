package dev.nptune.lab.debian;

import java.nio.file.Path;

/// The UEFI firmware of Debian's package `ovmf`, without Secure Boot's keys.
final class DebianFirmware {
    static final Path CODE = Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd");
    /// Its variables before the first boot; each machine writes to a copy.
    static final Path VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");

    private DebianFirmware() {}
}
