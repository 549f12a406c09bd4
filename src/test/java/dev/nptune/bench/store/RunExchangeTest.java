package dev.nptune.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.bench.store.RunExchange.Imported;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunExchangeTest {
    private static final StoredRun FIRST = Runs.run("2026-05-01T20:00:00Z", "6.12.1", 141.0, 7.5, 6.25, 33.4);
    private static final StoredRun SECOND = Runs.run("2026-05-02T20:00:00.123456Z", "6.12.9", 143.2);

    @TempDir
    private Path folder;

    private Path store = Path.of("");
    private Path other = Path.of("");

    @BeforeEach
    void keep() throws UserException {
        store = folder.resolve("a.duckdb");
        other = folder.resolve("b.duckdb");
        try (RunStore open = RunStore.open(store)) {
            open.add(FIRST);
            open.add(SECOND);
        }
    }

    @Test
    void thereAndBack() throws Exception {
        for (String name : List.of("runs.parquet", "it's [1] *?.parquet")) {
            Path file = folder.resolve(name);
            assertThat(RunExchange.write(store, file)).contains(2L);
            Files.deleteIfExists(other);
            assertThat(RunExchange.read(other, file)).isEqualTo(new Imported(2, 0));
            assertThat(RunExchange.read(other, file)).isEqualTo(new Imported(0, 2));
            assertThat(RunExchange.read(store, file)).isEqualTo(new Imported(0, 2));
            try (RunStore open = RunStore.openToRead(other).orElseThrow()) {
                assertThat(open.run(FIRST.id())).contains(FIRST);
                assertThat(open.run(SECOND.id())).contains(SECOND);
            }
            assertThatThrownBy(() -> RunExchange.write(store, file)).hasMessageStartingWith("a file is in the way");
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> String.valueOf(f.getFileName()))).noneMatch(n -> n.startsWith(".nptune"));
        }
        assertThat(RunExchange.write(folder.resolve("none.duckdb"), folder.resolve("x.parquet")))
                .isEmpty();
        assertThatThrownBy(() -> RunExchange.write(store, folder.resolve("no/x.parquet")))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("cannot write");
    }

    /// Arrow's reader of Parquet shares no code with DuckDB's.
    @Test
    void anotherEngineReadsIt() throws Exception {
        List<String> probe = List.of("python3", "-c", "import pyarrow.parquet");
        assumeTrue(
                Programs.find("python3", System.getenv("PATH")).isPresent()
                        && Exec.run(Duration.ofSeconds(30), probe).ok(),
                "python3 with pyarrow is not installed");
        Path file = folder.resolve("runs.parquet");
        RunExchange.write(store, file);
        Exec.Result read = Exec.run(Duration.ofSeconds(60), List.of("python3", "-c", """
                import sys, pyarrow.parquet as p
                t = p.read_table(sys.argv[1]).to_pylist()
                print([(r["kernel"], str(r["at_utc"]), r["frame_times_ms"], dict(r["metrics"])["fps.average"], r["gpu"]) for r in t])
                """, file.toString()));
        assertThat(read.err()).isEmpty();
        assertThat(read.out())
                .isEqualTo("[('6.12.1', '2026-05-01 20:00:00', [7.5, 6.25, 33.4], 141.0, 'µ-GPU'),"
                        + " ('6.12.9', '2026-05-02 20:00:00.123456', [], 143.2, 'µ-GPU')]\n");
    }

    @Test
    void othersParquetAddsNothing() throws Exception {
        String row = "SELECT 2 AS schema_version, * FROM runs WHERE frames = 3";
        refused("SELECT 1 AS a", "it has other columns than an export: a INTEGER");
        refused("SELECT 1 AS a", "it lacks columns of an export: schema_version, id, at_utc, ");
        refused(row.replace("*", "* EXCLUDE (gpu)"), "it lacks columns of an export: gpu");
        refused(row.replace("*", "* EXCLUDE (program)"), "columns of an export of version 2: program");
        refused(row.replace("*", "* REPLACE (1 AS frames)"), "other columns than an export: frames INTEGER");
        refused(row.replace("*", "* REPLACE (NULL AS gpu)"), "");
        refused(row.replace("*", "* REPLACE ('x' AS sha256)"), "without the digest");
        refused(row.replace("*", "* REPLACE ([1.0::DOUBLE, NULL, 2] AS frame_times_ms)"), "missing in a list");
        refused(row.replace("*", "* REPLACE ([1.0, 'nan'::DOUBLE, 3.0] AS frame_times_ms)"), "is no frame time");
        refused(row.replace("*", "* REPLACE (repeat('x', 1000) AS label)"), "more than 300 characters");
        refused(row.replace("2 AS schema_version", "3 AS schema_version"), "it is of version 3");
        refused(row.replace("*", "* REPLACE (8::BIGINT AS frames)"), "8 frames with 3 frame times");
        refused(row + " UNION ALL " + row, "duplicate key");
        Path junk = Files.writeString(folder.resolve("junk.parquet"), "PAR1 and more that is none PAR1");
        assertThatThrownBy(() -> RunExchange.read(other, junk)).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> RunExchange.read(other, folder)).hasMessageContaining("no regular file");
    }

    @Test
    void anExportOfTheFirstVersionHasNoProgram() throws Exception {
        Path file = folder.resolve("old.parquet");
        try (Connection connection = DuckDb.open(store, false, file);
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT 1 AS schema_version, * EXCLUDE (program) FROM runs ORDER BY at_utc) TO '"
                    + file + "' (FORMAT parquet)");
        }
        assertThat(RunExchange.read(other, file)).isEqualTo(new Imported(2, 0));
        try (RunStore open = RunStore.openToRead(other).orElseThrow()) {
            StoredRun run = open.run(FIRST.id()).orElseThrow();
            assertThat(run.program()).isEmpty();
            assertThat(run.frameTimes()).isEqualTo(FIRST.frameTimes());
            assertThat(run.system()).isEqualTo(FIRST.system());
        }
    }

    private void refused(String select, String why) throws Exception {
        Path file = folder.resolve("hostile.parquet");
        Files.deleteIfExists(file);
        try (Connection connection = DuckDb.open(store, false, file);
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
        }
        assertThatThrownBy(() -> RunExchange.read(other, file))
                .as(select)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(why);
        try (RunStore open = RunStore.openToRead(other).orElseThrow()) {
            assertThat(open.runs(Instant.EPOCH)).isEmpty();
        }
    }
}
