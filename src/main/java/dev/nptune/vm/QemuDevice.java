package dev.nptune.vm;

import java.util.Optional;

/// A `-device`.
///
/// @param argument the argument
/// @param driver what it is, `virtio-blk-pci`
/// @param settings its settings
record QemuDevice(QemuArgument argument, String driver, QemuSettings settings) {
    static QemuDevice of(QemuArgument argument, QemuSettings settings) {
        return new QemuDevice(argument, settings.get("driver", ""), settings);
    }

    String text() {
        return argument.text();
    }

    Optional<String> get(String name) {
        return settings.get(name);
    }

    /// Its name within the machine; empty if it has none.
    String id() {
        return settings.get("id", "");
    }
}
