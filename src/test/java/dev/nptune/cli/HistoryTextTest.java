package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.apply.Standing;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTextTest {
    @Test
    void whatWasRemarkedOnTheBootStandsBesideTheState() {
        HistoryText.Words confirmed =
                HistoryText.words(new Standing.Confirmed(Instant.parse("2026-05-01T10:00:00Z")), "1");
        assertThat(HistoryText.state(confirmed, List.of())).isEqualTo(confirmed.state());
        assertThat(HistoryText.state(confirmed, List.of("0000:0a:00.0 has nouveau and not vfio-pci", "\u202eb")))
                .startsWith("applied, confirmed by the boot of ")
                .endsWith("; 0000:0a:00.0 has nouveau and not vfio-pci; \\u202eb");
    }
}
