package dev.nptune.cli;

import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A plan parted into what an emulated machine can show, and what only the real one has.
///
/// @param rehearsed places in the plan of the changes that are rehearsed, from 0
/// @param skipped why each of the others is not, by its place
record RehearsalParts(Plan plan, List<Integer> rehearsed, Map<Integer, String> skipped) {
    /// Folders of the real machine that the emulated one has empty.
    private static final List<String> EMPTY_THERE =
            List.of("/etc/modprobe.d/", "/etc/sysctl.d/", "/etc/sysctl.conf", "/etc/libvirt/qemu/");

    RehearsalParts {
        rehearsed = List.copyOf(rehearsed);
        skipped = Map.copyOf(skipped);
    }

    /// @param more changes that turned out not to fit there, by their place
    static RehearsalParts of(Plan plan, Map<Integer, String> more) {
        List<Integer> rehearsed = new ArrayList<>();
        Map<Integer, String> skipped = new TreeMap<>(more);
        for (int i = 0; i < plan.changes().size(); i++) {
            String why = more.getOrDefault(i, obstacle(plan.changes().get(i)));
            if (why.isEmpty()) {
                rehearsed.add(i);
            } else {
                skipped.put(i, why);
            }
        }
        return new RehearsalParts(plan, rehearsed, skipped);
    }

    private static String obstacle(Change change) {
        return switch (change) {
            case Change.ReloadModule _ -> "the emulated machine has modules of its own";
            case Change.WriteSysfs _ -> "the emulated machine's kernel has values of its own";
            case Change.BindDriver _ -> "the emulated machine has other PCI functions";
            case Change.OstreeArguments _ -> "a deployment cannot be made there";
            case Change.Rebuild r -> obstacle(r.builder());
            case Change.EditFile e -> plain(e.path());
            case Change.EditBootEntry e -> plain(e.path());
            case Change.KeepCopy k -> plain(k.to());
            case Change.SetGrubVariable s -> plain(s.block());
            case Change.DefineDomain d -> plain(d.domain());
        };
    }

    private static String obstacle(Builder builder) {
        return switch (builder) {
            case MKINITRAMFS, DRACUT, MKINITCPIO, MKINITCPIO_PRESETS -> "";
            case GRUB_MKCONFIG, GRUB2_MKCONFIG, LIMINE_MKINITCPIO, LIMINE_UPDATE, KERNELSTUB, KERNEL_INSTALL ->
                builder.program() + " asks for the machine's own disks";
        };
    }

    private static String plain(String name) {
        return name.chars().anyMatch(c -> c < ' ') ? "its name has characters that a list of files cannot hold" : "";
    }

    /// The plan of what is rehearsed. The functions a VM is given are not there, so that nobody looks for them.
    Plan reduced() {
        return Plan.of(
                plan.domain(),
                rehearsed.stream().map(i -> plan.changes().get(i)).toList());
    }

    /// The files that may differ afterwards.
    List<String> paths() {
        Set<String> paths = new LinkedHashSet<>();
        for (Change change : reduced().changes()) {
            switch (change) {
                case Change.EditFile e -> paths.add(e.path());
                case Change.KeepCopy k -> paths.add(k.to());
                case Change.Rebuild r -> paths.addAll(r.outputs());
                case Change.EditBootEntry e -> {
                    paths.add(e.path());
                    paths.add(e.path().replaceFirst("\\.conf$", "+1.conf"));
                }
                case Change.SetGrubVariable s -> paths.add(s.block());
                case Change.DefineDomain _,
                        Change.ReloadModule _,
                        Change.WriteSysfs _,
                        Change.BindDriver _,
                        Change.OstreeArguments _ -> {}
            }
        }
        return List.copyOf(paths);
    }

    /// The VMs that may differ afterwards.
    List<String> domains() {
        return reduced().changes().stream()
                .filter(Change.DefineDomain.class::isInstance)
                .map(c -> ((Change.DefineDomain) c).domain())
                .distinct()
                .toList();
    }

    /// The texts of files that the emulated machine has not and the plan starts from.
    Map<String, String> seeds() {
        Map<String, String> seeds = new TreeMap<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Change change : reduced().changes()) {
            if (change instanceof Change.EditFile e
                    && EMPTY_THERE.stream().anyMatch(e.path()::startsWith)
                    && seen.add(e.path())) {
                String before = e.before();
                if (before != null) {
                    seeds.put(e.path(), before);
                }
            }
        }
        return seeds;
    }
}
