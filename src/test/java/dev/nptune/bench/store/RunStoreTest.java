package dev.nptune.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
    private static final String SELECT_ALL = "SELECT * FROM runs";

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void place() {
        file = folder.resolve("new folder/bench.duckdb");
    }

    @Test
    void whereItIs() {
        Path home = Path.of("/home/a");
        assertThat(RunStore.place(Map.of(), home)).isEqualTo(Path.of("/home/a/.local/share/nptune/bench.duckdb"));
        assertThat(RunStore.place(Map.of("XDG_DATA_HOME", "/d"), home)).isEqualTo(Path.of("/d/nptune/bench.duckdb"));
        assertThat(RunStore.place(Map.of("XDG_DATA_HOME", "d"), home)).isEqualTo(RunStore.place(Map.of(), home));
    }

    @Test
    void whatIsKeptComesBack() throws Exception {
        StoredRun later = Runs.run("2026-05-02T20:00:00.123456Z", "6.12.9", 143.2, 6.9, 7.1, 0, 33.4);
        StoredRun earlier = Runs.run("2026-05-01T20:00:00Z", "6.12.1", 141.0);
        assertThat(RunStore.openToRead(file)).isEmpty();
        try (RunStore store = RunStore.open(file)) {
            assertThat(store.add(later)).isEqualTo(new RunStore.Kept(later.id(), true));
            assertThat(store.add(earlier).added()).isTrue();
            assertThat(store.add(later)).isEqualTo(new RunStore.Kept(later.id(), false));
        }
        try (RunStore store = RunStore.openToRead(file).orElseThrow()) {
            assertThat(store.run(later.id())).contains(later);
            assertThat(store.run("x' OR '1'='1")).isEmpty();
            List<StoredRun> all = store.runs(Instant.EPOCH);
            assertThat(all).extracting(StoredRun::id).containsExactly(earlier.id(), later.id());
            assertThat(all.getLast().frames()).isEqualTo(4);
            assertThat(all.getLast().frameTimes()).isEqualTo(FrameTimes.NONE);
            assertThat(store.runs(Instant.parse("2026-05-02T00:00:00Z"))).hasSize(1);
            assertThatThrownBy(() -> store.add(earlier.equals(later) ? later : Runs.run("2026-05-03T00:00:00Z", "", 1)))
                    .isInstanceOf(UserException.class);
        }
        try (RunStore store = RunStore.open(file)) {
            assertThat(store.delete(earlier.id())).isTrue();
            assertThat(store.delete(earlier.id())).isFalse();
            assertThat(store.runs(Instant.EPOCH)).hasSize(1);
        }
    }

    @Test
    void manyFrames() throws Exception {
        double[] times = new Random(1).doubles(300_000, 1, 40).toArray();
        StoredRun run = Runs.run("2026-05-02T20:00:00Z", "6.12.9", 60, times);
        try (RunStore store = RunStore.open(file)) {
            store.add(run);
        }
        try (RunStore store = RunStore.openToRead(file).orElseThrow()) {
            assertThat(store.run(run.id()).orElseThrow().frameTimes().toArray()).isEqualTo(times);
        }
    }

    @Test
    void bounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> FrameTimes.of(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> FrameTimes.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> FrameTimes.of(new double[FrameTimes.MAX + 1]));
        assertThatIllegalArgumentException().isThrownBy(() -> Runs.run("2026-05-02T20:00:00Z", "k".repeat(301), 60));
        assertThatIllegalArgumentException().isThrownBy(() -> Runs.run("2026-05-02T20:00:00Z", "k", Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Runs.run("1066-05-02T20:00:00Z", "k", 1));
    }

    /// Holds a store open until its standard input ends.
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (var _ = RunStore.open(Path.of(args[0]))) {
                System.out.println("open");
                while (System.in.read() >= 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void anotherProcessHasIt() throws Exception {
        RunStore.open(file).close();
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat((char) holder.getInputStream().read()).isEqualTo('o');
            UserException e = refused();
            assertThat(e).hasMessage("another process has the store open: " + file + " (PID " + holder.pid() + ")");
            assertThat(e.exit().code()).isEqualTo(3);
            assertThatThrownBy(() -> RunStore.openToRead(file)).hasMessageStartingWith("another process has");
        } finally {
            holder.getOutputStream().close();
            holder.waitFor();
        }
        RunStore.open(file).close();
    }

    private UserException refused() {
        return catchThrowableOfType(
                UserException.class, () -> RunStore.open(file).close());
    }

    @Test
    void aDamagedFileIsLeftAsItIs() throws Exception {
        StoredRun run = Runs.run(
                "2026-05-02T20:00:00Z",
                "6.12.9",
                60,
                new Random(1).doubles(100_000, 1, 40).toArray());
        try (RunStore store = RunStore.open(file)) {
            store.add(run);
        }
        byte[] whole = Files.readAllBytes(file);
        damaged(run.id(), "no database at all ".repeat(2000).getBytes(StandardCharsets.UTF_8));
        damaged(run.id(), Arrays.copyOf(whole, whole.length / 2));
        damaged(run.id(), Arrays.copyOf(whole, 5000));
        byte[] flipped = whole.clone();
        for (int i = 12288; i < flipped.length; i += 4096) {
            flipped[i] ^= 0x55;
        }
        damaged(run.id(), flipped);
    }

    private void damaged(String run, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        UserException e = catchThrowableOfType(UserException.class, () -> {
            try (RunStore store = RunStore.open(file)) {
                store.run(run);
            }
        });
        assertThat(e).hasMessageStartingWith("the store " + file + " cannot be read: ");
        assertThat(e.nextStep()).startsWith("nothing was changed; move it away");
        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void aLaterOneAndAnothersAreRefused() throws Exception {
        RunStore.open(file).close();
        sql("UPDATE nptune_schema SET version = 99");
        assertThat(refused()).hasMessageContaining("is of version 99, and this program knows versions up to 2");
        assertThatThrownBy(() -> RunStore.openToRead(file)).hasMessageContaining("is of version 99");

        file = folder.resolve("other.duckdb");
        sql("CREATE TABLE mine (a INTEGER)");
        assertThat(refused()).hasMessageContaining("is none of NPTune's");
    }

    private void sql(String... statements) throws SQLException, UserException {
        try (Connection connection = DuckDb.open(file, true, file);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Test
    void anEarlierOneIsBroughtUpToDateOrLeftAlone() throws Exception {
        try (RunStore store = RunStore.open(file)) {
            store.add(Runs.run("2026-05-02T20:00:00Z", "6.12.9", 60));
        }
        List<String> first = StoreSchema.STEPS.getFirst();
        List<String> second = StoreSchema.STEPS.get(1);
        List<String> third = List.of("ALTER TABLE runs ADD COLUMN note VARCHAR", "UPDATE runs SET note = 'n'");
        List<String> broken = List.of("ALTER TABLE runs ADD COLUMN more VARCHAR", "UPDATE nothing SET a = 1");
        try (Connection connection = DuckDb.open(file, true, file)) {
            StoreSchema.upgrade(connection, file, List.of(first, second, third));
            assertThat(text(connection, "SELECT note FROM runs")).isEqualTo("n");
            assertThatThrownBy(() -> StoreSchema.upgrade(connection, file, List.of(first, second, third, broken)))
                    .isInstanceOf(SQLException.class);
            assertThat(text(connection, "SELECT version FROM nptune_schema")).isEqualTo("3");
            assertThatThrownBy(() -> text(connection, "SELECT more FROM runs")).isInstanceOf(SQLException.class);
            assertThat(text(connection, SELECT_ALL)).isNotEmpty();
        }
    }

    @Test
    void aStoreOfTheFirstVersionGetsThePrograms() throws Exception {
        StoredRun run = Runs.run("2026-05-03T20:00:00Z", "6.12.9", 60);
        Files.createDirectories(file.resolveSibling("."));
        try (Connection connection = DuckDb.open(file, true, file)) {
            StoreSchema.upgrade(connection, file, StoreSchema.STEPS.subList(0, 1));
        }
        sql(
                "INSERT INTO runs VALUES ('old', '2026-05-02 20:00:00', 'capture', '', '', '', '', '', '', 'a.csv', repeat('0', 64),"
                        + " MAP {'average': 60.0::DOUBLE}, 2, [1.0::DOUBLE, 2.0])");
        try (RunStore store = RunStore.openToRead(file).orElseThrow()) {
            store.add(run);
            assertThat(store.runs(Instant.EPOCH)).extracting(StoredRun::program).containsExactly("", "game.exe");
            assertThat(store.run("old").orElseThrow().frameTimes()).isEqualTo(FrameTimes.of(1, 2));
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    @Test
    void nothingElseIsTouched() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
        try (Connection connection = DuckDb.open(folder.resolve("a.duckdb"), true, folder.resolve("a.duckdb"))) {
            for (String sql : List.of(
                    "SELECT * FROM read_csv('" + secret + "')",
                    "COPY (SELECT 1) TO '" + folder.resolve("out.csv") + "'",
                    "ATTACH '" + folder.resolve("b.duckdb") + "'",
                    "INSTALL httpfs",
                    "LOAD httpfs",
                    "SET autoinstall_known_extensions = true",
                    "SET enable_external_access = true",
                    "SELECT * FROM 'https://127.0.0.1:9/x.parquet'")) {
                assertThatThrownBy(() -> text(connection, sql)).as(sql).isInstanceOf(SQLException.class);
            }
            assertThat(text(connection, "SELECT current_setting('autoload_known_extensions')"))
                    .isEqualTo("false");
        }
        assertThat(folder).isDirectoryNotContaining("glob:**out.csv");
    }

    @Test
    void aSemicolonInThePath() {
        file = folder.resolve("a;b/bench.duckdb");
        assertThat(refused()).hasMessageContaining("semicolon");
    }
}
