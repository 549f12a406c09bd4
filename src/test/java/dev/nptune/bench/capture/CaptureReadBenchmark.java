package dev.nptune.bench.capture;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How fast a capture of 200 MB that is in the page cache is read, all on one thread. All take the same columns,
/// and all give the game's frames and the sum of their times. `ours` also judges rows and tells all streams apart;
/// `fastCsv` goes through all rows and takes what it needs; `duckDb` lets DuckDB's reader find out types or, in
/// `duckDbTyped`, tells it that all is text but for two columns.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CaptureReadBenchmark {
    private static final long BYTES = 200_000_000;

    private Path file = Path.of("");

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("capture", ".csv");
        GeneratedCapture.write(file, 1, BYTES);
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    @Benchmark
    public double ours() throws UserException {
        return CaptureFile.read(file).longest().frameTimes().sum();
    }

    @Benchmark
    public double fastCsv() throws IOException {
        double sum = 0;
        Doubles frames = new Doubles();
        Doubles times = new Doubles();
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file);
                CloseableIterator<CsvRecord> rows = reader.iterator()) {
            List<String> header = rows.next().getFields();
            int process = header.indexOf("Application");
            int frame = header.indexOf("MsBetweenPresents");
            int time = header.indexOf("TimeInMs");
            while (rows.hasNext()) {
                CsvRecord row = rows.next();
                if (row.getField(process).equals("Game.exe")) {
                    double value = Double.parseDouble(row.getField(frame));
                    frames.add(value);
                    times.add(Double.parseDouble(row.getField(time)));
                    sum += value;
                }
            }
        }
        return sum;
    }

    @Benchmark
    public double duckDb() throws SQLException {
        return query("SELECT TimeInMs, MsBetweenPresents FROM read_csv('" + file
                + "', nullstr = 'NA') WHERE Application = 'Game.exe'");
    }

    @Benchmark
    public double duckDbTyped() throws SQLException {
        return query("SELECT TimeInMs, MsBetweenPresents FROM read_csv('" + file
                + "', nullstr = 'NA', all_varchar = false, sample_size = 100,"
                + " types = {'TimeInMs': 'DOUBLE', 'MsBetweenPresents': 'DOUBLE'}) WHERE Application = 'Game.exe'");
    }

    private static double query(String select) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 1");
            try (ResultSet result =
                    statement.executeQuery("SELECT sum(MsBetweenPresents), sum(TimeInMs) FROM (" + select + ")")) {
                result.next();
                return result.getDouble(1);
            }
        }
    }
}
