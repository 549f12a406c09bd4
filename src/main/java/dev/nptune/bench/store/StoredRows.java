package dev.nptune.bench.store;

import dev.nptune.bench.store.StoredRun.RunSystem;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Runs to rows and back.
final class StoredRows {
    static final String INSERT = "INSERT INTO runs (id, at_utc, kind, label, vm, kernel, driver, cpu, gpu, file,"
            + " sha256, metrics, frames, frame_times_ms, program) VALUES (?, make_timestamp(?), ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            + " map(?::VARCHAR[], ?::DOUBLE[]), ?, ?::DOUBLE[], ?)";

    private static final String COLUMNS =
            "SELECT id, epoch_us(at_utc), kind, label, vm, kernel, driver, cpu, gpu, file,"
                    + " sha256, map_keys(metrics), map_values(metrics), frames, program, ";

    /// All of a row.
    static final String SELECT = COLUMNS + "frame_times_ms";

    /// All but the frame times.
    static final String SELECT_PLAIN = COLUMNS + "[]::DOUBLE[]";

    private StoredRows() {}

    /// Fills [#INSERT].
    static void fill(Connection connection, PreparedStatement insert, StoredRun run) throws SQLException {
        RunSystem system = run.system();
        insert.setString(1, run.id());
        insert.setLong(2, micros(run.at()));
        String[] texts = {
            run.kind(),
            run.label(),
            system.vm(),
            system.kernel(),
            system.driver(),
            system.cpu(),
            system.gpu(),
            run.file(),
            run.sha256()
        };
        for (int i = 0; i < texts.length; i++) {
            insert.setString(3 + i, texts[i]);
        }
        insert.setArray(
                12, connection.createArrayOf("VARCHAR", run.metrics().keySet().toArray()));
        insert.setArray(
                13, connection.createArrayOf("DOUBLE", run.metrics().values().toArray()));
        insert.setLong(14, run.frames());
        Object[] times = Arrays.stream(run.frameTimes().toArray()).boxed().toArray();
        insert.setArray(15, connection.createArrayOf("DOUBLE", times));
        insert.setString(16, run.program());
    }

    /// Reads a row of [#SELECT].
    ///
    /// @throws IllegalArgumentException if it is out of the bounds of a run
    static StoredRun read(ResultSet row) throws SQLException {
        for (int i = 1; i <= 16; i++) {
            if (row.getObject(i) == null) {
                throw new IllegalArgumentException("a value is missing in a run");
            }
        }
        double[] times = doubles(row.getArray(16));
        return new StoredRun(
                row.getString(1),
                Instant.EPOCH.plus(row.getLong(2), ChronoUnit.MICROS),
                row.getString(3),
                row.getString(4),
                row.getString(15),
                new RunSystem(row.getString(5), row.getString(6), row.getString(7), row.getString(8), row.getString(9)),
                row.getString(10),
                row.getString(11),
                metrics((Object[]) row.getArray(12).getArray(), doubles(row.getArray(13))),
                row.getLong(14),
                times.length == 0 ? FrameTimes.NONE : FrameTimes.of(times));
    }

    private static Map<String, Double> metrics(Object[] names, double[] values) {
        Map<String, Double> metrics = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            metrics.put(String.valueOf(names[i]), values[i]);
        }
        return metrics;
    }

    /// @throws IllegalArgumentException if one of them is missing
    private static double[] doubles(Array array) throws SQLException {
        Object[] values = (Object[]) array.getArray();
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] instanceof Double d)) {
                throw new IllegalArgumentException("a number is missing in a list");
            }
            doubles[i] = d;
        }
        return doubles;
    }

    static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
}
