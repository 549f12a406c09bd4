package dev.nptune.bench.store;

import dev.nptune.bench.store.StoredRun.RunSystem;
import dev.nptune.internal.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/// Runs to keep.
final class Runs {
    private Runs() {}

    static StoredRun run(String at, String kernel, double fps, double... times) {
        Instant when = Instant.parse(at);
        String digest = Sha256.of((at + kernel + fps).getBytes(StandardCharsets.UTF_8));
        return new StoredRun(
                StoredRun.idOf(when, digest),
                when,
                "capture",
                "it's \"after\"",
                "game.exe",
                new RunSystem("win10", kernel, "nvidia 580.95", "AMD Ryzen 9 5950X", "µ-GPU"),
                "a b.csv",
                digest,
                Map.of("fps.average", fps, "fps.p1", fps / 2),
                times.length,
                FrameTimes.of(times));
    }
}
