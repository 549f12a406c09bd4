package dev.nptune.bench.disk;

import dev.nptune.bench.disk.DiskResult.DriveActivity;
import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.bench.disk.DiskRun.Figures;
import dev.nptune.bench.disk.DiskRun.Latency;
import dev.nptune.internal.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What `fio --output-format=json` (or `json+`, or with `normal` beside it) prints, of versions 2 and 3.
///
/// Text may stand before and after the JSON. fio 2 counts latency in microseconds and `io_bytes` in KiB; fio 3 has
/// nanoseconds, bytes, and `io_kbytes` beside them. With `--client` there are `client_stats` in place of `jobs`. At
/// most [#MAX_JOBS] jobs are read.
final class FioJson {
    static final int MAX_JOBS = 10_000;
    private static final int MAX_DRIVES = 1000;
    private static final int MAX_PERCENTILES = 100;
    private static final long SECTOR = 512;
    private static final String ALL_CLIENTS = "All clients";
    private static final Pattern VERSION = Pattern.compile("fio-([0-9]{1,4})\\..*");

    private final JsonNode root;
    private final boolean bytes;

    private FioJson(JsonNode root) {
        this.root = root;
        Matcher version = VERSION.matcher(root.path("fio version").asString(""));
        this.bytes = version.matches() && Integer.parseInt(version.group(1)) >= 3;
    }

    static boolean isOne(String text) {
        return text.contains("\"fio version\"");
    }

    /// @throws IllegalArgumentException if it is no such JSON, or no job in it did anything
    static DiskResult parse(String text) {
        JsonNode root = Json.tree(cut(text));
        return new FioJson(root).result();
    }

    /// The JSON object that begins at the first line with a brace.
    static String cut(String text) {
        int start = text.startsWith("{") ? 0 : text.indexOf("\n{") + 1;
        if (start == 0 && !text.startsWith("{")) {
            throw new IllegalArgumentException("there is no JSON in it");
        }
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return text.substring(start, i + 1);
            }
        }
        throw new IllegalArgumentException("fio's JSON ends before it is complete");
    }

    private DiskResult result() {
        List<JsonNode> jobs = jobs();
        FioOptions global = FioOptions.of(root.path("global options"), FioOptions.NONE);
        Map<String, Integer> named = new HashMap<>();
        jobs.forEach(job -> named.merge(nameAndGroup(job), 1, Integer::sum));
        List<DiskRun> runs = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (JsonNode job : jobs) {
            FioOptions options = FioOptions.of(job.path("job options"), global);
            boolean alone = named.getOrDefault(nameAndGroup(job), 1) == 1;
            for (Direction direction : Direction.values()) {
                run(job, direction, options, alone).ifPresent(runs::add);
            }
            targets.add(options.target());
        }
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("no job of fio's in it read or wrote anything");
        }
        String version = root.path("fio version").asString("").replaceFirst("^fio-", "");
        String target = targets.size() == 1 ? targets.iterator().next() : "";
        return new DiskResult("fio", version, target, runs, activity(), Optional.empty());
    }

    private List<JsonNode> jobs() {
        JsonNode array = root.path("jobs").isArray() ? root.path("jobs") : root.path("client_stats");
        if (!array.isArray()) {
            throw new IllegalArgumentException("fio's JSON has no 'jobs'");
        }
        if (array.size() > MAX_JOBS) {
            throw new IllegalArgumentException("more than " + MAX_JOBS + " jobs");
        }
        List<JsonNode> jobs = new ArrayList<>();
        array.forEach(jobs::add);
        boolean several = jobs.stream().anyMatch(j -> !name(j).equals(ALL_CLIENTS));
        return several ? jobs.stream().filter(j -> !name(j).equals(ALL_CLIENTS)).toList() : jobs;
    }

    private static String name(JsonNode job) {
        return job.path("jobname").asString("");
    }

    private static String nameAndGroup(JsonNode job) {
        return job.path("groupid").asInt(0) + " " + name(job);
    }

    private Optional<DiskRun> run(JsonNode job, Direction direction, FioOptions options, boolean alone) {
        JsonNode side = job.path(direction.name().toLowerCase(Locale.ROOT));
        double moved = number(side, "io_bytes").orElse(0.0) * (bytes || side.has("io_kbytes") ? 1 : 1024);
        double rate = number(side, "bw_bytes")
                .or(() -> number(side, "bw").map(kib -> kib * 1024))
                .orElse(0.0);
        if (moved <= 0 || rate <= 0) {
            return Optional.empty();
        }
        Figures figures = new Figures(
                rate,
                number(side, "iops").filter(n -> n > 0),
                latency(side),
                Optional.of((long) moved),
                number(side, "runtime").map(ms -> ms / 1000));
        return Optional.of(new DiskRun(
                name(job), job.path("groupid").asInt(0), direction, options.load(direction, alone), figures));
    }

    /// Total latency where there is one; percentiles come with the kind that fio was told to have them of.
    private static Optional<Latency> latency(JsonNode side) {
        JsonNode total = side.path("lat_ns");
        JsonNode completion = side.path("clat_ns");
        double perMicro = 1000;
        if (!total.isObject() && !completion.isObject()) {
            total = side.path("lat");
            completion = side.path("clat");
            perMicro = 1;
        }
        boolean hasTotal = number(total, "mean").orElse(0.0) > 0;
        JsonNode from = hasTotal ? total : completion;
        double unit = perMicro;
        Map<Double, Double> percentiles = percentiles(total.has("percentile") ? total : completion, unit);
        return number(from, "mean")
                .filter(mean -> mean > 0)
                .map(mean -> new Latency(
                        hasTotal ? "total" : "completion",
                        mean / unit,
                        number(from, "max").map(max -> max / unit),
                        percentiles));
    }

    private static Map<Double, Double> percentiles(JsonNode from, double unit) {
        Map<Double, Double> percentiles = new HashMap<>();
        JsonNode node = from.path("percentile");
        for (String name : node.propertyNames()) {
            if (name.matches("[0-9]{1,3}(\\.[0-9]{1,9})?") && percentiles.size() < MAX_PERCENTILES) {
                number(node, name).ifPresent(value -> percentiles.put(Double.valueOf(name), value / unit));
            }
        }
        return percentiles;
    }

    private List<DriveActivity> activity() {
        List<DriveActivity> drives = new ArrayList<>();
        for (JsonNode drive : root.path("disk_util")) {
            if (drives.size() < MAX_DRIVES && drive.isObject()) {
                drives.add(new DriveActivity(
                        drive.path("name").asString(""),
                        number(drive, "read_sectors").map(n -> (long) (n * SECTOR)),
                        number(drive, "write_sectors").map(n -> (long) (n * SECTOR)),
                        number(drive, "read_ios").orElse(0.0).longValue(),
                        number(drive, "write_ios").orElse(0.0).longValue()));
            }
        }
        return drives;
    }

    /// A number that may be a quantity: finite, not below 0, below 2^62.
    private static Optional<Double> number(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isNumber()) {
            return Optional.empty();
        }
        double number = value.doubleValue();
        return number >= 0 && number < 0x1p62 ? Optional.of(number) : Optional.empty();
    }
}
