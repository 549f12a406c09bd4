package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
    private static final ZonedDateTime NOON = ZonedDateTime.of(2026, 5, 1, 12, 0, 0, 0, ZoneOffset.UTC);

    @TempDir
    private Path temp;

    @Test
    void theLastFewAreKept() throws IOException {
        Runs runs = new Runs(temp.resolve("state/runs"));
        List<Path> made = new ArrayList<>();
        for (int i = 0; i < Runs.KEPT + 3; i++) {
            Path run = runs.begin(NOON.plusSeconds(i));
            Files.writeString(Files.createDirectories(run.resolve("after/lab")).resolve("guest.log"), "x");
            made.add(run);
        }

        assertThat(made.getFirst().getFileName().toString()).startsWith("20260501-120000-");
        assertThat(made.subList(0, 3)).allSatisfy(run -> assertThat(run).doesNotExist());
        assertThat(made.subList(3, made.size()))
                .allSatisfy(run -> assertThat(run).isDirectory());
    }

    @Test
    void whatIsNoRunStays() throws IOException {
        Runs runs = new Runs(temp);
        Path mine = Files.createDirectory(temp.resolve("00000000-my-notes"));
        for (int i = 0; i < Runs.KEPT + 3; i++) {
            runs.begin(NOON.plusSeconds(i));
        }

        assertThat(mine).isDirectory();
    }

    @Test
    void whatTheMachinesBootedGoesAndWhatPeopleReadStays() throws IOException {
        for (String file : List.of(
                "host.cpio.gz",
                "measured.cpio.gz",
                "after/lab/vmlinuz",
                "after/lab/host.cpio.gz",
                "report.html",
                "after/console.log",
                "after/lab/guest.log")) {
            Files.createDirectories(temp.resolve(file).getParent());
            Files.writeString(temp.resolve(file), "x");
        }

        Runs.slim(temp);
        Runs.slim(temp);

        try (var left = Files.walk(temp)) {
            assertThat(left.filter(Files::isRegularFile)
                            .map(f -> temp.relativize(f).toString()))
                    .containsExactlyInAnyOrder("report.html", "after/console.log", "after/lab/guest.log");
        }
    }
}
