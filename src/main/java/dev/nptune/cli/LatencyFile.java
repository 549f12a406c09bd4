package dev.nptune.cli;

import dev.nptune.bench.LatencyCsv;
import dev.nptune.cli.CoresDocument.Format;
import dev.nptune.host.CoreLatencies;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Latencies that somebody measured, in a file.
///
/// @param latencies what was measured
/// @param measured when, if the file says
/// @param virtualMachine whether the file says that it was in a VM
/// @param named whether the processor's name is the file's own word; of a CSV file it is the file's name
record LatencyFile(CoreLatencies latencies, Optional<String> measured, boolean virtualMachine, boolean named) {
    /// The largest file read, in bytes: 512 CPUs, indented.
    private static final int MAX_BYTES = 16 << 20;

    /// Reads a file by what its name ends with.
    ///
    /// @throws UserException if it cannot be read or holds something else
    static LatencyFile read(Path file) throws UserException {
        String name = Printable.line(file.toString());
        Format format = Format.of(file.toString())
                .filter(known -> known != Format.SVG)
                .orElseThrow(() -> new UserException(
                        Exit.WRONG_USE,
                        "'" + name + "' is neither .csv nor .json",
                        "give what 'nptune probe cores -o FILE.json' or core-to-core-latency --csv wrote"));
        try {
            String text = text(file);
            return format == Format.CSV
                    ? new LatencyFile(LatencyCsv.parse(text, title(file)), Optional.empty(), false, false)
                    : json(text);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot read '" + name + "': " + IoReason.of(e), "give a file that can be read", e);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "'" + name + "' holds no latencies between CPUs: " + Printable.line(String.valueOf(e.getMessage())),
                    "give what 'nptune probe cores -o FILE.json' or core-to-core-latency --csv wrote",
                    e);
        }
    }

    static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /// A document of this program's, or the latencies alone.
    ///
    /// @throws IllegalArgumentException if it is neither
    static LatencyFile json(String text) {
        JsonNode tree = Json.tree(text);
        JsonNode inner = tree.path("latencies");
        JsonNode matrix = inner.isObject() ? inner : tree;
        int version = matrix.path("schemaVersion").asInt(0);
        if (version != CoreLatencies.SCHEMA_VERSION) {
            throw new IllegalArgumentException("it is of schema version " + version + "; this program knows version "
                    + CoreLatencies.SCHEMA_VERSION);
        }
        if (!matrix.path("processor").isString()
                || !matrix.path("cpus").isArray()
                || !matrix.path("nanos").isArray()) {
            throw new IllegalArgumentException("processor, cpus or nanos is missing");
        }
        CoreLatencies latencies = LatencyCsv.checked(Json.read(matrix.toString(), CoreLatencies.class));
        Optional<String> measured =
                Optional.of(tree.path("measured").asString("")).filter(date -> !date.isEmpty());
        return new LatencyFile(latencies, measured, tree.path("virtualMachine").asBoolean(false), true);
    }

    private static String title(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.lastIndexOf('.')).replace('_', ' ');
    }
}
