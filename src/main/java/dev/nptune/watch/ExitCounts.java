package dev.nptune.watch;

import dev.nptune.internal.proc.Exec;
import dev.nptune.vm.Qmp;
import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Who can be asked for KVM's counters of each vCPU.
interface ExitCounts extends AutoCloseable {
    /// The counters as they stand.
    ///
    /// @throws IOException if nobody answers
    Map<Column, Long> ask() throws IOException;

    @Override
    void close();

    /// QEMU itself, by its monitor; from QEMU 7.1 on.
    final class OfMonitor implements ExitCounts {
        private final Qmp qmp;

        OfMonitor(Path socket) throws IOException {
            qmp = new Qmp(socket);
        }

        @Override
        public Map<Column, Long> ask() throws IOException {
            return counters(qmp.execute("query-cpus-fast"), qmp.execute("query-stats", Map.of("target", "vcpu")));
        }

        /// Which thread runs which vCPU.
        Map<Integer, Integer> threads() throws IOException {
            Map<Integer, Integer> threads = new HashMap<>();
            for (JsonNode cpu : qmp.execute("query-cpus-fast")) {
                threads.put(
                        cpu.path("thread-id").asInt(0), cpu.path("cpu-index").asInt(0));
            }
            return threads;
        }

        static Map<Column, Long> counters(JsonNode cpus, JsonNode statistics) {
            Map<String, Integer> indices = new HashMap<>();
            for (JsonNode cpu : cpus) {
                indices.put(
                        cpu.path("qom-path").asString(""), cpu.path("cpu-index").asInt(0));
            }
            Map<Column, Long> counters = new LinkedHashMap<>();
            for (JsonNode of : statistics) {
                Integer vcpu = indices.get(of.path("qom-path").asString(""));
                for (JsonNode each : of.path("stats")) {
                    JsonNode value = each.path("value");
                    if (vcpu != null && value.isIntegralNumber() && counters.size() < Table.MOST) {
                        KvmCounter.column(each.path("name").asString(""), Subject.VCPU, vcpu)
                                .ifPresent(column -> counters.put(column, value.asLong()));
                    }
                }
            }
            return counters;
        }

        @Override
        public void close() {
            try {
                qmp.close();
            } catch (IOException _) {
                // Nothing was asked that had to be kept.
            }
        }
    }

    /// libvirt, by `virsh domstats`, which hands on what QEMU says (`vcpu.NUMBER.NAME.sum`; virsh(1) of libvirt 9.0).
    /// Unlike `qemu-monitor-command` it needs no root and leaves no mark on the domain ("custom-monitor").
    ///
    /// @param uri where libvirt listens
    /// @param domain its name or number
    record OfLibvirt(String uri, String domain) implements ExitCounts {
        private static final Pattern LINE =
                Pattern.compile("\\s*vcpu\\.(\\d{1,5})\\.([a-z][a-z0-9_]*)\\.sum=(\\d{1,18})");

        @Override
        public Map<Column, Long> ask() throws IOException {
            Exec.Result result = Exec.run(
                    Duration.ofSeconds(20),
                    List.of(
                            "virsh",
                            "--quiet",
                            "--readonly",
                            "--connect",
                            uri,
                            "domstats",
                            "--vcpu",
                            "--nowait",
                            domain));
            if (!result.ok()) {
                throw new IOException("virsh domstats: " + result.complaint());
            }
            return counters(result.out());
        }

        static Map<Column, Long> counters(String text) {
            Map<Column, Long> counters = new LinkedHashMap<>();
            text.lines()
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .limit(Table.MOST)
                    .forEach(m -> KvmCounter.column(m.group(2), Subject.VCPU, Integer.parseInt(m.group(1)))
                            .ifPresent(column -> counters.put(column, Long.parseLong(m.group(3)))));
            return counters;
        }

        @Override
        public void close() {}
    }
}
