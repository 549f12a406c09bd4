package dev.nptune.bench.store;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The runs that are kept, in an embedded DuckDB of one file.
///
/// One process at a time may write; others that come meanwhile are told so. A file that cannot be read is never
/// replaced.
public final class RunStore implements AutoCloseable {
    private final Path file;
    private final Connection connection;

    private RunStore(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /// Where the store is: `$XDG_DATA_HOME/nptune/bench.duckdb`, by default below `~/.local/share`. A relative path
    /// there is ignored, as the XDG base directory rules want it.
    ///
    /// @param environment the environment's variables
    /// @param home the home folder
    public static Path place(Map<String, String> environment, Path home) {
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.startsWith("/") ? Path.of(data) : home.resolve(".local/share");
        return base.resolve("nptune/bench.duckdb");
    }

    /// Opens the store for writing; makes it if it is not there.
    ///
    /// @throws UserException if it cannot be opened: another process has it, it is damaged, of a later version, …
    public static RunStore open(Path file) throws UserException {
        return open(file, file);
    }

    static RunStore open(Path file, Path other) throws UserException {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(".").normalize());
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot make the folder of the store " + file + ": " + IoReason.of(e),
                    "point XDG_DATA_HOME at a folder that you may write to",
                    e);
        }
        Connection connection = DuckDb.open(file, true, other);
        RunStore store = new RunStore(file, connection);
        try {
            StoreSchema.upgrade(connection, file, StoreSchema.STEPS);
            return store;
        } catch (SQLException e) {
            store.close();
            throw DuckDb.failed(file, e);
        } catch (UserException e) {
            store.close();
            throw e;
        }
    }

    /// Opens the store for reading, which several processes may do at a time. A store of an earlier version is brought
    /// up to date first.
    ///
    /// @return none if there is no store yet
    /// @throws UserException if it cannot be opened
    public static Optional<RunStore> openToRead(Path file) throws UserException {
        return openToRead(file, file);
    }

    static Optional<RunStore> openToRead(Path file, Path other) throws UserException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        RunStore store = new RunStore(file, DuckDb.open(file, false, other));
        try {
            if (StoreSchema.isCurrent(store.connection, file, StoreSchema.STEPS.size())) {
                return Optional.of(store);
            }
            store.close();
            return Optional.of(open(file, other));
        } catch (SQLException e) {
            store.close();
            throw DuckDb.failed(file, e);
        } catch (UserException e) {
            store.close();
            throw e;
        }
    }

    /// What came of keeping a run.
    ///
    /// @param id what it is kept under
    /// @param added whether it is new; if the same file was there already nothing was done
    public record Kept(String id, boolean added) {}

    /// Keeps a run.
    public Kept add(StoredRun run) throws UserException {
        return attempt(() -> {
            Optional<String> there = idOfFile(run.sha256());
            if (there.isPresent()) {
                return new Kept(there.get(), false);
            }
            try (PreparedStatement insert = connection.prepareStatement(StoredRows.INSERT)) {
                StoredRows.fill(connection, insert, run);
                insert.execute();
            }
            return new Kept(run.id(), true);
        });
    }

    private Optional<String> idOfFile(String sha256) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM runs WHERE sha256 = ?")) {
            select.setString(1, sha256);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /// The runs since a time, in the order in which they were measured, without their frame times.
    public List<StoredRun> runs(Instant since) throws UserException {
        return attempt(() -> {
            try (PreparedStatement select = connection.prepareStatement(
                    StoredRows.SELECT_PLAIN + " FROM runs WHERE at_utc >= make_timestamp(?) ORDER BY at_utc, id")) {
                select.setLong(1, StoredRows.micros(since));
                return list(select);
            }
        });
    }

    /// A run with its frame times.
    public Optional<StoredRun> run(String id) throws UserException {
        return attempt(() -> {
            try (PreparedStatement select =
                    connection.prepareStatement(StoredRows.SELECT + " FROM runs WHERE id = ?")) {
                select.setString(1, id);
                return list(select).stream().findFirst();
            }
        });
    }

    private static List<StoredRun> list(PreparedStatement select) throws SQLException {
        List<StoredRun> runs = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                runs.add(StoredRows.read(rows));
            }
        }
        return runs;
    }

    /// Removes a run.
    ///
    /// @return whether there was one
    public boolean delete(String id) throws UserException {
        return attempt(() -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM runs WHERE id = ?")) {
                delete.setString(1, id);
                return delete.executeUpdate() > 0;
            }
        });
    }

    /// Removes all runs.
    ///
    /// @return how many there were
    public int deleteAll() throws UserException {
        return attempt(() -> {
            try (Statement delete = connection.createStatement()) {
                return delete.executeUpdate("DELETE FROM runs");
            }
        });
    }

    /// Something done with the database.
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException, UserException;
    }

    <T> T attempt(Work<T> work) throws UserException {
        try {
            return work.run();
        } catch (SQLException e) {
            throw DuckDb.failed(file, e);
        }
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws UserException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DuckDb.failed(file, e);
        }
    }
}
