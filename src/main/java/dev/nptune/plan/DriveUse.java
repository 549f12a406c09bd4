package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.Storage;
import dev.nptune.host.Storage.Block;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the host has on a drive that a VM is to get as its disk.
final class DriveUse {
    private static final String DEV = "/dev/";

    private DriveUse() {}

    /// What is mounted or swapped to on a drive, or on anything made of it; empty where nothing is known to be.
    ///
    /// @param path as `/dev/nvme1n1`; links to it are not followed
    static List<String> of(Host host, String path) {
        if (!path.startsWith(DEV)) {
            return List.of();
        }
        Storage storage = host.storage();
        List<Block> blocks = storage.blocks().get().orElse(List.of());
        Set<String> names = new LinkedHashSet<>(Set.of(path.substring(DEV.length())));
        for (boolean grown = true; grown; ) {
            grown = false;
            for (Block block : blocks) {
                if (block.on().stream().anyMatch(names::contains)) {
                    grown |= names.add(block.name());
                }
            }
        }
        List<String> uses = new ArrayList<>();
        for (Block block : blocks.stream().filter(b -> names.contains(b.name())).toList()) {
            storage.mounts().get().orElse(List.of()).stream()
                    .filter(m -> block.number().get().filter(m.number()::equals).isPresent()
                            || m.source().equals(DEV + block.name()))
                    .forEach(m -> uses.add(m.at() + " is mounted from " + DEV + block.name()));
            if (storage.swaps().get().orElse(List.of()).contains(block.name())) {
                uses.add(DEV + block.name() + " is swap space");
            }
            if (storage.btrfs().get().orElse(List.of()).contains(block.name())) {
                uses.add(DEV + block.name() + " is part of a mounted btrfs");
            }
        }
        return uses;
    }
}
