package dev.nptune.bench.store;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/// Opens DuckDB so that it touches one database, and at most one other file that was named, and nothing on a network.
final class DuckDb {
    private static final Pattern HOLDER = Pattern.compile("\\(PID ([0-9]{1,9})\\)");

    private DuckDb() {}

    /// Opens a database.
    ///
    /// @param file the database, made if it is not there and may be written
    /// @param write whether it may be written
    /// @param other a file that statements may read or write besides; the database itself for none
    /// @throws UserException if another process has it open, or it cannot be read
    static Connection open(Path file, boolean write, Path other) throws UserException {
        String path = file.toAbsolutePath().toString();
        if (path.contains(";")) {
            throw new UserException(
                    Exit.CANNOT,
                    "the store's path has a semicolon in it, which DuckDB takes for an option: " + path,
                    "point XDG_DATA_HOME at another folder");
        }
        Connection connection = null;
        try {
            connection = new DuckDBDriver().connect("jdbc:duckdb:" + path, properties(write));
            if (connection == null) {
                throw new SQLException("DuckDB does not take its own address");
            }
            confine(connection, other);
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw failed(file, e);
        }
    }

    private static Properties properties(boolean write) {
        Properties properties = new Properties();
        properties.setProperty("duckdb.read_only", Boolean.toString(!write));
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("allow_community_extensions", "false");
        properties.setProperty("memory_limit", "1GB");
        properties.setProperty("threads", "2");
        properties.setProperty("temp_directory", "");
        properties.setProperty("jdbc_stream_results", "true");
        return properties;
    }

    /// From here on no statement changes what is allowed.
    private static void confine(Connection connection, Path other) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET allowed_paths = [" + literal(other.toAbsolutePath().toString()) + "]");
            statement.execute("SET enable_external_access = false");
            statement.execute("SET lock_configuration = true");
        }
    }

    /// A text in SQL, for the few places that take no parameter. DuckDB knows no other escape in it.
    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException _) {
                // What went wrong before is what is told.
            }
        }
    }

    /// What a failure means for the person.
    static UserException failed(Path file, SQLException e) {
        String message = String.valueOf(e.getMessage());
        String name = Printable.line(file.toString());
        if (message.contains("Could not set lock")) {
            Matcher holder = HOLDER.matcher(message);
            return new UserException(
                    Exit.CANNOT,
                    "another process has the store open: " + name
                            + (holder.find() ? " (PID " + holder.group(1) + ")" : ""),
                    "run it again when that has ended",
                    e);
        }
        if (message.contains("Permission denied") || message.contains("Read-only file system")) {
            return new UserException(
                    Exit.CANNOT,
                    "cannot open the store " + name + ": permission denied",
                    "see who owns it, or point" + " XDG_DATA_HOME at another folder",
                    e);
        }
        if (message.contains("No space left")) {
            return new UserException(
                    Exit.CANNOT,
                    "the disk of the store " + name + " is full",
                    "free some space; nothing that was stored" + " before is lost",
                    e);
        }
        if (message.contains("storage version") || message.contains("version number")) {
            return new UserException(
                    Exit.CANNOT,
                    "the store " + name + " was written by a later DuckDB than this program has",
                    "use the NPTune that wrote it; nothing was changed",
                    e);
        }
        return new UserException(
                Exit.CANNOT,
                "the store " + name + " cannot be read: "
                        + Printable.brief(message.lines().findFirst().orElse(""), 200),
                "nothing was changed; move it away (mv " + name + " " + name + ".bad) and a new one is made",
                e);
    }
}
