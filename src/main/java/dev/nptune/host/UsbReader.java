package dev.nptune.host;

import java.util.List;

/// Reads the USB controllers and what hangs on them.
final class UsbReader {
    private UsbReader() {}

    static List<UsbController> read(Tree tree) {
        return List.of();
    }
}
