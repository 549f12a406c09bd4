package dev.nptune.bench.store;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Runs to a Parquet file and back: one row each, the store's columns after `schema_version`. Version 1 had no
/// [#PROGRAM].
///
/// A file to be read may be anybody's: it must have these columns of these types, at most [#MAX_RUNS] rows, and each
/// row is held against the bounds of a [StoredRun] before any is kept.
public final class RunExchange {
    /// The most runs taken from a file.
    public static final int MAX_RUNS = 100_000;

    private static final int VERSION = 2;
    private static final long MAX_BYTES = 4L << 30;

    /// The column that came with version 2.
    private static final String PROGRAM = "program";

    private static final Map<String, String> COLUMNS = columns();

    private RunExchange() {}

    /// What came of an import.
    ///
    /// @param added runs that are new
    /// @param known runs whose file was there already
    public record Imported(int added, int known) {}

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("schema_version", "INTEGER");
        columns.put("id", "VARCHAR");
        columns.put("at_utc", "TIMESTAMP");
        for (String text : List.of("kind", "label", "vm", "kernel", "driver", "cpu", "gpu", "file", "sha256")) {
            columns.put(text, "VARCHAR");
        }
        columns.put("metrics", "MAP(VARCHAR, DOUBLE)");
        columns.put("frames", "BIGINT");
        columns.put("frame_times_ms", "DOUBLE[]");
        columns.put(PROGRAM, "VARCHAR");
        return columns;
    }

    /// Writes all runs to a new file; it is whole or not there at all.
    ///
    /// @return how many; none if there is no store
    /// @throws UserException if a file is in the way, or it cannot be written
    public static Optional<Long> write(Path database, Path file) throws UserException {
        if (Files.exists(file)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "a file is in the way: " + Printable.line(file.toString()),
                    "name another one, or remove it");
        }
        Path draft = file.toAbsolutePath().resolveSibling(".nptune-" + UUID.randomUUID() + ".parquet");
        Optional<RunStore> opened = RunStore.openToRead(database, draft);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (RunStore store = opened.get()) {
            long rows = copy(store, draft);
            Files.move(draft, file);
            return Optional.of(rows);
        } catch (SQLException e) {
            throw cannotWrite(file, Printable.brief(String.valueOf(e.getMessage()), 200), e);
        } catch (IOException e) {
            throw cannotWrite(file, IoReason.of(e), e);
        } finally {
            remove(draft);
        }
    }

    private static long copy(RunStore store, Path draft) throws SQLException {
        String sql = "COPY (SELECT " + VERSION
                + " AS schema_version, * FROM runs ORDER BY at_utc, id) TO ? (FORMAT parquet)";
        try (PreparedStatement copy = store.connection().prepareStatement(sql)) {
            copy.setString(1, draft.toString());
            return copy.executeUpdate();
        }
    }

    private static UserException cannotWrite(Path file, String reason, Exception cause) {
        return new UserException(
                Exit.CANNOT,
                "cannot write " + Printable.line(file.toString()) + ": " + reason,
                "name a file in a folder that you may write to",
                cause);
    }

    private static void remove(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException _) {
            // It is named after us, and the next step of the person is about the file that was wanted.
        }
    }

    /// Adds the runs of such a file to the store.
    ///
    /// @throws UserException if it is none, or a row of it is out of bounds; nothing was added then
    public static Imported read(Path database, Path file) throws UserException {
        Path real;
        try {
            real = file.toRealPath();
            if (!Files.isRegularFile(real) || Files.size(real) > MAX_BYTES) {
                throw new IOException("it is no regular file of at most " + (MAX_BYTES >> 30) + " GiB");
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "give a file that 'nptune bench store export' wrote",
                    e);
        }
        try (RunStore store = RunStore.open(database, real)) {
            return read(store, real);
        } catch (SQLException | IllegalArgumentException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot take runs from " + Printable.line(file.toString()) + ": "
                            + Printable.brief(
                                    String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse(""),
                                    200),
                    "nothing was added; give a file that 'nptune bench store export' wrote",
                    e);
        }
    }

    private static Imported read(RunStore store, Path file) throws SQLException {
        String from =
                " FROM (SELECT *" + (check(store, file) == 1 ? ", '' AS " + PROGRAM : "") + " FROM read_parquet(?))";
        int all = 0;
        try (PreparedStatement select = store.connection().prepareStatement(StoredRows.SELECT + from)) {
            select.setString(1, file.toString());
            try (ResultSet rows = select.executeQuery()) {
                for (; rows.next(); all++) {
                    StoredRows.read(rows);
                }
            }
        }
        String sql = "INSERT INTO runs BY NAME SELECT * EXCLUDE (schema_version)" + from
                + " WHERE sha256 NOT IN (SELECT sha256 FROM runs)";
        try (PreparedStatement insert = store.connection().prepareStatement(sql)) {
            insert.setString(1, file.toString());
            int added = insert.executeUpdate();
            return new Imported(added, all - added);
        }
    }

    /// @return the version of the file's columns
    /// @throws IllegalArgumentException if it is no such file
    private static int check(RunStore store, Path file) throws SQLException {
        Map<String, String> there = new LinkedHashMap<>();
        try (PreparedStatement describe =
                store.connection().prepareStatement("DESCRIBE SELECT * FROM read_parquet(?)")) {
            describe.setString(1, file.toString());
            try (ResultSet rows = describe.executeQuery()) {
                while (rows.next()) {
                    there.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        int version = version(there);
        bounds(store, file, version);
        return version;
    }

    private static int version(Map<String, String> there) {
        Map<String, String> missing = new LinkedHashMap<>(COLUMNS);
        missing.keySet().removeAll(there.keySet());
        Map<String, String> others = new LinkedHashMap<>(there);
        others.entrySet().removeAll(COLUMNS.entrySet());
        if (others.isEmpty() && (missing.isEmpty() || missing.keySet().equals(Set.of(PROGRAM)))) {
            return missing.isEmpty() ? VERSION : 1;
        }
        List<String> wrong = new ArrayList<>();
        if (!others.isEmpty()) {
            List<String> words = others.entrySet().stream()
                    .map(e -> e.getKey() + " " + e.getValue())
                    .toList();
            wrong.add("it has other columns than an export: " + String.join(", ", words));
        }
        if (!missing.isEmpty()) {
            wrong.add("it lacks columns of an export: " + String.join(", ", missing.keySet()));
        }
        throw new IllegalArgumentException(String.join("; ", wrong));
    }

    private static void bounds(RunStore store, Path file, int version) throws SQLException {
        try (PreparedStatement bounds = store.connection()
                .prepareStatement(
                        "SELECT count(*), coalesce(max(schema_version), 1), coalesce(max(len(frame_times_ms)), 0),"
                                + " coalesce(max(cardinality(metrics)), 0) FROM read_parquet(?)")) {
            bounds.setString(1, file.toString());
            try (ResultSet rows = bounds.executeQuery()) {
                rows.next();
                if (rows.getInt(2) > VERSION) {
                    throw new IllegalArgumentException("it is of version " + rows.getInt(2));
                }
                if (rows.getInt(2) > version) {
                    throw new IllegalArgumentException(
                            "it lacks columns of an export of version " + rows.getInt(2) + ": " + PROGRAM);
                }
                if (rows.getLong(1) > MAX_RUNS
                        || rows.getLong(3) > FrameTimes.MAX
                        || rows.getLong(4) > StoredRun.MAX_METRICS) {
                    throw new IllegalArgumentException("it has more runs, frames or metrics than any export");
                }
            }
        }
    }
}
