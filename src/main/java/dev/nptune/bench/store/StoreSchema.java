package dev.nptune.bench.store;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The store's tables and how an older store gets them.
///
/// `nptune_schema` holds the version in its one row. The step at place n leads from version n to n + 1; a store is
/// brought up to date in one transaction, so that it is afterwards of the new version or still of the old one.
final class StoreSchema {
    /// Times are UTC without saying so; text that is not known is empty.
    static final List<List<String>> STEPS =
            List.of(List.of("""
            CREATE TABLE runs (
                id VARCHAR PRIMARY KEY,
                at_utc TIMESTAMP NOT NULL,
                kind VARCHAR NOT NULL,
                label VARCHAR NOT NULL,
                vm VARCHAR NOT NULL,
                kernel VARCHAR NOT NULL,
                driver VARCHAR NOT NULL,
                cpu VARCHAR NOT NULL,
                gpu VARCHAR NOT NULL,
                file VARCHAR NOT NULL,
                sha256 VARCHAR NOT NULL UNIQUE,
                metrics MAP(VARCHAR, DOUBLE) NOT NULL,
                frames BIGINT NOT NULL,
                frame_times_ms DOUBLE[] NOT NULL
            )"""), List.of("ALTER TABLE runs ADD COLUMN program VARCHAR DEFAULT ''"));

    private StoreSchema() {}

    /// Whether a store is of the version that this program writes.
    ///
    /// @throws UserException if it is of a later one, or no store of ours
    static boolean isCurrent(Connection connection, Path file, int current) throws SQLException, UserException {
        return version(connection, file, current) == current;
    }

    /// Makes or updates the tables.
    ///
    /// @param steps those from each version to the next
    static void upgrade(Connection connection, Path file, List<List<String>> steps) throws SQLException, UserException {
        int version = version(connection, file, steps.size());
        if (version == steps.size()) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (version == 0) {
                statement.execute("CREATE TABLE nptune_schema (version INTEGER NOT NULL)");
                statement.execute("INSERT INTO nptune_schema VALUES (0)");
            }
            for (List<String> step : steps.subList(version, steps.size())) {
                for (String sql : step) {
                    statement.execute(sql);
                }
            }
            statement.execute("UPDATE nptune_schema SET version = " + steps.size());
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /// The version of a store; 0 of one that has no tables at all.
    private static int version(Connection connection, Path file, int current) throws SQLException, UserException {
        int tables = number(connection, "SELECT count(*) FROM duckdb_tables()");
        if (tables == 0) {
            return 0;
        }
        int ours = number(connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'nptune_schema'");
        if (ours != 1) {
            throw new UserException(
                    Exit.CANNOT,
                    "the database " + file + " is none of NPTune's: it has other tables",
                    "move it away, or point XDG_DATA_HOME at another folder; nothing was changed");
        }
        int version = number(connection, "SELECT coalesce(max(version), 0) FROM nptune_schema");
        if (version > current) {
            throw new UserException(
                    Exit.CANNOT,
                    "the store " + file + " is of version " + version + ", and this program knows versions up to "
                            + current,
                    "use the NPTune that wrote it; nothing was changed");
        }
        return version;
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
