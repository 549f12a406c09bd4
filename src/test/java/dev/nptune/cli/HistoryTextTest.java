package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.apply.Standing;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoryTextTest {
    /// Words for programs do not change with the locale, the time zone or the wording.
    @Test
    void eachStandingHasItsWord() {
        Instant at = Instant.parse("2026-05-01T10:00:00Z");
        assertThat(Stream.of(
                                new Standing.NothingDone(),
                                new Standing.Applied(),
                                new Standing.WaitsForReboot(),
                                new Standing.Confirmed(at),
                                new Standing.Reverted(at),
                                new Standing.TakenBack(),
                                new Standing.GoingOn(7, at),
                                new Standing.CutOff(),
                                new Standing.PartlyTakenBack())
                        .map(HistoryText::word))
                .containsExactly(
                        "nothing-done",
                        "applied",
                        "waits-for-reboot",
                        "confirmed",
                        "reverted",
                        "rolled-back",
                        "going-on",
                        "cut-off",
                        "partly-rolled-back");
        assertThat(HistoryText.words(new Standing.GoingOn(7, null), "1"))
                .isEqualTo(new HistoryText.Words("going on: process 7", "wait until it is done"));
    }

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
