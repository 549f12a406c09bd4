package dev.nptune.cli;

import dev.nptune.bench.LatencyClusters;
import dev.nptune.bench.LatencyCsv;
import dev.nptune.bench.TopologyAgreement;
import dev.nptune.host.CoreLatencies;
import dev.nptune.internal.json.Json;
import dev.nptune.report.LatencySvg;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What `nptune probe cores` tells: `--json`, and what is kept for the planner.
///
/// @param schemaVersion version of this record's JSON form
/// @param measured when, in UTC as ISO 8601; empty for a matrix that does not say
/// @param virtualMachine whether it was measured in a VM, where values are of the hypervisor's scheduling
/// @param latencies what was measured
/// @param clusters the groups found in it
/// @param agreement how that goes with what the kernel says; empty where there was no kernel to ask
/// @param notes what else a person must know to judge the values
record CoresDocument(
        int schemaVersion,
        Optional<String> measured,
        boolean virtualMachine,
        CoreLatencies latencies,
        LatencyClusters clusters,
        Optional<TopologyAgreement> agreement,
        List<String> notes) {
    /// The version written by this program.
    static final int SCHEMA_VERSION = 1;

    CoresDocument {
        notes = List.copyOf(notes);
    }

    String json() {
        return Json.pretty(this) + "\n";
    }

    /// As a file's name asks for it, see [Format].
    String as(Format format) {
        return switch (format) {
            case JSON -> json();
            case CSV -> LatencyCsv.write(latencies);
            case SVG -> LatencySvg.draw(latencies, clusters, latencies.processor(), sentences());
        };
    }

    /// Agreement and notes, a sentence each.
    List<String> sentences() {
        List<String> all = new ArrayList<>();
        agreement.ifPresent(found -> {
            all.add(found.verdict());
            all.addAll(found.differences());
            all.addAll(found.remarks());
        });
        all.addAll(notes);
        return all;
    }

    /// The files that can be written.
    enum Format {
        SVG,
        JSON,
        CSV;

        /// The one that a file's name ends with.
        static Optional<Format> of(String name) {
            return Arrays.stream(values())
                    .filter(format -> name.toLowerCase(Locale.ROOT)
                            .endsWith("." + format.name().toLowerCase(Locale.ROOT)))
                    .findFirst();
        }
    }
}
