package dev.nptune.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a setting does to workloads, as measured on the emulated Ryzen of NPTune's lab: times on its instruction clock,
/// one virtual CPU and 512 MiB of guest memory, kernel 6.1, QEMU 7.2. That clock sees exits, faults and page tables
/// being
/// built, not caches, TLB misses or memory types.
///
/// @param setting as `--what-if` takes it, `key=value`
/// @param words what it is, for people
/// @param toBare time over that on bare metal, in the order of [#WORKLOADS]; empty where it was not measured
/// @param remark what the figures do not say; `""` if nothing
public record SettingEffect(String setting, String words, List<Optional<Double>> toBare, String remark) {
    /// The workloads, by name.
    public static final List<String> WORKLOADS =
            List.of("process creation", "memory mapping", "random memory", "pipe round trips");

    /// On bare metal, in milliseconds: 200 × fork and wait; 200 × map, touch, unmap 1 MiB; 64 MiB allocated and read at
    /// random; 5000 round trips over two pipes.
    private static final double[] BARE = {31.2, 236.2, 113.1, 68.0};

    /// All settings known.
    public static final List<SettingEffect> ALL = List.of(
            effect("npt=1", "nested page tables, transparent huge pages", "", 31.8, 237.9, 128.0, 68.5),
            effect(
                    "npt=0",
                    "shadow page tables",
                    "On kernels before the PAT fix people saw more frames with it, and stutter (Level1Techs).",
                    135.6,
                    661.8,
                    263.7,
                    107.7),
            effect("pages=2M", "nested page tables, reserved huge pages", "", 31.3, 241.4, 117.4),
            effect("pages=thp", "nested page tables, transparent huge pages", "", 31.8, 237.9, 128.0, 68.5),
            effect("pages=4K", "nested page tables, small pages only", "", 31.3, 239.5, 220.9));

    private static SettingEffect effect(String setting, String words, String remark, double... millis) {
        List<Optional<Double>> ratios = IntStream.range(0, BARE.length)
                .mapToObj(i -> i < millis.length ? Optional.of(millis[i] / BARE[i]) : Optional.<Double>empty())
                .toList();
        return new SettingEffect(setting, words, ratios, remark);
    }

    /// The one of that name.
    public static Optional<SettingEffect> of(String setting) {
        return ALL.stream().filter(e -> e.setting().equalsIgnoreCase(setting)).findFirst();
    }
}
