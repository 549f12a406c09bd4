package dev.nptune.bench.disk;

import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.bench.disk.DiskRun.Load;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The options of a job of fio's as its JSON repeats them.
///
/// Only options that were given a value are there (seen with fio 3.33): `zero_buffers` and `group_reporting` without
/// one leave no trace, while `direct` and `end_fsync` need one, so that their absence is fio's default.
///
/// @param known whether the JSON has options at all; fio before 2.10 has none
/// @param values by fio's names
record FioOptions(boolean known, Map<String, String> values) {
    static final FioOptions NONE = new FioOptions(false, Map.of());

    private static final int MAX_OPTIONS = 1000;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kmgtp]?)(?:i?b)?");
    private static final List<String> SYNCED = List.of("end_fsync", "fsync", "fdatasync", "fsync_on_close");

    FioOptions {
        values = Map.copyOf(values);
    }

    /// Those of a job, over the global ones.
    static FioOptions of(JsonNode node, FioOptions global) {
        Map<String, String> values = new HashMap<>(global.values);
        for (String name : node.propertyNames()) {
            if (values.size() < MAX_OPTIONS) {
                values.put(name, node.path(name).asString("").strip());
            }
        }
        return new FioOptions(global.known || node.isObject(), values);
    }

    /// The file or device; `""` if it is not said.
    String target() {
        return first("filename", "directory").orElse("");
    }

    /// @param alone whether no other entry is of the same job, so that this one stands for all its processes
    Load load(Direction direction, boolean alone) {
        if (!known) {
            return Load.UNKNOWN;
        }
        int processes = number("numjobs", 1);
        Optional<String> pattern = first("rw", "readwrite");
        return new Load(
                Optional.of(pattern.orElse("read").startsWith("rand")),
                size(first("bs", "blocksize").orElse("4k")),
                Optional.of(number("iodepth", 1)),
                Optional.of(alone ? processes : 1),
                testBytes(processes),
                Optional.of(direct()),
                direction == Direction.READ ? Optional.empty() : Optional.of(flushed()),
                zeros());
    }

    private boolean direct() {
        return values.containsKey("buffered") ? !isOn("buffered") : isOn("direct");
    }

    private boolean flushed() {
        String sync = values.getOrDefault("sync", "0");
        return SYNCED.stream().anyMatch(this::isOn) || !sync.matches("0|none|");
    }

    /// Without a value it would not be listed, so nothing follows from its absence.
    private Optional<Boolean> zeros() {
        return Optional.ofNullable(values.get("zero_buffers")).map(v -> !v.equals("0"));
    }

    /// A file of each process's own, unless a file is named.
    private Optional<Long> testBytes(int processes) {
        long files = values.containsKey("filename") ? 1 : processes;
        return first("size", "filesize").flatMap(FioOptions::size).map(bytes -> bytes * files);
    }

    private boolean isOn(String name) {
        return values.containsKey(name) && !values.get(name).equals("0");
    }

    private int number(String name, int standard) {
        String text = values.getOrDefault(name, "");
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : standard;
    }

    private Optional<String> first(String... names) {
        for (String name : names) {
            String value = values.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /// Powers of two, as fio reads sizes by default; empty for ranges, shares of a file (`50%`) and the like.
    static Optional<Long> size(String text) {
        Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            return Optional.empty();
        }
        int shift = m.group(2).isEmpty() ? 0 : 10 * (1 + "kmgtp".indexOf(m.group(2)));
        long number = Long.parseLong(m.group(1));
        return number > 0 && number < 1L << (60 - shift) ? Optional.of(number << shift) : Optional.empty();
    }
}
