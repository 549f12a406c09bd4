package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.host.CoreLatencies;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyCsvTest {
    @Test
    void blanksAreNotMeasuredAndRowsMayBeShort() {
        CoreLatencies read = LatencyCsv.parse("\uFEFF,,\r\n7.5,,\r\n 18.25 ,,\r\n", "x");
        assertThat(read.cpus()).containsExactly(0, 1, 2);
        assertThat(read.between(0, 2)).hasValue(18.25);
        assertThat(read.between(1, 2)).isEmpty();
        assertThat(LatencyCsv.parse("\n7\n", "x").between(0, 1)).hasValue(7);
    }

    @Test
    void writtenAndReadAgainIsTheSame() {
        CoreLatencies some = new CoreLatencies(
                1,
                "x",
                List.of(1, 3, 4),
                List.of(List.of(), List.of(Optional.of(7.25)), List.of(Optional.empty(), Optional.of(90.5))));
        assertThat(LatencyCsv.write(some)).isEqualTo(",,,,\n,,,,\n,,,,\n,7.25,,,\n,,,90.5,\n");
        assertThat(LatencyCsv.parse(LatencyCsv.write(some), "x")).isEqualTo(some);
        assertThat(LatencyCsv.checked(some)).isEqualTo(some);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ",;NaN,"                 | "line 2, place 1: 'NaN' is no latency"
            ",;0,"                   | "line 2, place 1: '0' is no latency"
            ",;-3,"                  | "'-3' is no latency"
            ",;1e99,"                | "'1e99' is no latency"
            ",;0x1p3,"               | "'0x1p3' is no latency"
            ",;7d,"                  | "'7d' is no latency"
            ",;'7',"                 | "is no latency"
            ",;\u001b[2J,"           | "is no latency"
            ",;7777777777777777777777777," | "'77777777777777777777…' is no latency"
            ",5;7,"                  | "line 1 has a value on or above the diagonal (place 2)"
            ",,,,,,;7,"              | "line 1 has more values than there are rows"
            ",;,"                    | "there is no value in it"
            " "                      | "there is no value in it"
            """)
    void whatIsNoMatrixIsRefused(String rows, String reason) {
        assertThatThrownBy(() -> LatencyCsv.parse(rows.replace(';', '\n'), "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void boundsHold() {
        assertThatThrownBy(() -> LatencyCsv.parse(",\n".repeat(513), "x")).hasMessageContaining("more than 512 rows");
        assertThatThrownBy(() -> LatencyCsv.parse(",".repeat(LatencyCsv.MAX_TEXT + 1), "x"))
                .hasMessageContaining("more than 6 MiB");
        assertThatThrownBy(() -> LatencyCsv.parse(",".repeat(1_000_000), "x"))
                .hasMessageContaining("more values than there are rows");
        assertThatThrownBy(() -> LatencyCsv.checked(
                        new CoreLatencies(1, "x", List.of(3, 3), List.of(List.of(), List.of(Optional.of(1.0))))))
                .hasMessageContaining("ascending");
        assertThatThrownBy(() -> LatencyCsv.checked(
                        new CoreLatencies(1, "x", List.of(0, 1), List.of(List.of(), List.of(Optional.of(Double.NaN))))))
                .hasMessageContaining("no latency");
    }
}
