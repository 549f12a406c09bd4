package dev.nptune.cli;

import dev.nptune.bench.store.FrameTimes;
import dev.nptune.bench.store.RunStore;
import dev.nptune.bench.store.StoredRun;
import dev.nptune.bench.store.StoredRun.RunSystem;
import dev.nptune.host.Host;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--store` and what goes with it: keeps a result for `nptune bench history`.
final class StoreOptions {
    @Option(names = "--store", description = "Keep the figures for 'nptune bench history'.")
    private boolean store;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "With --store: what to call the run, such as 'before'.")
    private String label = "";

    @Option(
            names = "--kernel",
            paramLabel = "RELEASE",
            description = "With --store: the host's kernel when it was measured; that of --host if not given.")
    private @Nullable String kernel;

    /// Keeps a result if the person wants it.
    ///
    /// @param content the file's bytes
    /// @param kind see [StoredRun#kind]
    /// @param host the machine, if it was read
    /// @param vm the VM's name; `""` for none
    void keep(
            Cli cli,
            Path file,
            byte[] content,
            String kind,
            Map<String, Double> metrics,
            Optional<Host> host,
            String vm)
            throws IOException, UserException {
        if (!store) {
            if (!label.isEmpty() || kernel != null) {
                throw new UserException(
                        Exit.WRONG_USE, "--label and --kernel are about what is kept", "give --store as well");
            }
            return;
        }
        Instant at = Files.getLastModifiedTime(file).toInstant();
        String release = kernel != null
                ? kernel
                : host.flatMap(h -> h.kernel().release().get()).orElse("");
        String cpu = host.flatMap(h -> h.cpu().modelName().get()).orElse("");
        String digest = Sha256.of(content);
        StoredRun run;
        try {
            run = new StoredRun(
                    StoredRun.idOf(at, digest),
                    at,
                    kind,
                    label,
                    new RunSystem(vm, release, "", cpu, ""),
                    String.valueOf(file.getFileName()),
                    digest,
                    metrics,
                    0,
                    FrameTimes.NONE);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE, "the run cannot be kept: " + e.getMessage(), "leave --store out, or shorten it", e);
        }
        try (RunStore open = RunStore.open(place(cli))) {
            RunStore.Kept kept = open.add(run);
            cli.err()
                    .println(
                            (kept.added() ? "kept as " : "this file is kept already, as ") + Printable.line(kept.id()));
        }
    }

    static Path place(Cli cli) {
        return RunStore.place(cli.environment(), Cli.home(cli.environment()));
    }
}
