package dev.nptune.bench.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// What is read of each format. The samples tell of the same three frames: 10, 20 and 15 ms.
class FormatsTest {
    private static CaptureFile file(String text) throws UserException {
        return CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "a file");
    }

    private static Capture read(String text) throws UserException {
        Capture capture = file(text).longest();
        assertThat(capture.frameTimes().toArray()).as(text).containsExactly(10, 20, 15);
        assertThat(capture.coverage().orElse(1)).as(text).isBetween(0.999, 1.001);
        return capture;
    }

    private static double[] column(Capture capture, Column column) {
        return capture.column(column).orElseThrow().toArray();
    }

    @Test
    void presentMon1() throws UserException {
        Capture capture = read(Samples.PRESENTMON_1);
        assertThat(capture.format()).isEqualTo(Format.PRESENTMON_1);
        assertThat(capture.name()).isEqualTo("Game.exe (4242)");
        assertThat(capture.swapChain()).isEqualTo("0x1");
        assertThat(capture.badRows()).as("the first present has none before it").isEqualTo(BadRows.NONE);
        assertThat(column(capture, Column.TIME)).containsExactly(1.01, 1.03, 1.045);
        assertThat(column(capture, Column.QPC)).containsExactly(10100000, 10300000, 10450000);
        assertThat(column(capture, Column.DROPPED)).containsExactly(0, 1, 0);
        assertThat(column(capture, Column.IN_PRESENT)).containsExactly(0.4, 0.3, 0.2);
        assertThat(column(capture, Column.UNTIL_DISPLAYED)).containsExactly(8, Double.NaN, 7);
        assertThat(capture.displayTimes().toArray()).containsExactly(9, 34);
        assertThat(capture.column(Column.ANIMATION_ERROR)).isEmpty();
    }

    @Test
    void presentMon1WithTimesInMilliseconds() throws UserException {
        Capture capture = read(Samples.PRESENTMON_1.replaceAll(",1[.]0(\\d\\d)0{11},", ",10$1.0,"));
        assertThat(column(capture, Column.TIME)).containsExactly(1.01, 1.03, 1.045);
    }

    @Test
    void presentMon20() throws UserException {
        Capture capture = read(Samples.PRESENTMON_2_0);
        assertThat(capture.format()).isEqualTo(Format.PRESENTMON_2_0);
        assertThat(column(capture, Column.DROPPED)).containsExactly(0, 1, 0);
        assertThat(column(capture, Column.TIME))
                .as("its CPUStartTime is in seconds")
                .containsExactly(1, 1.01, 1.03);
    }

    @Test
    void presentMon2WithGeneratedFrames() throws UserException {
        Capture capture = read(Samples.PRESENTMON_2);
        assertThat(capture.format()).isEqualTo(Format.PRESENTMON_2);
        assertThat(capture.generated()).isEqualTo(2);
        assertThat(capture.framesGenerated()).isTrue();
        assertThat(capture.displayTimes().toArray()).containsExactly(5, 5.5, 9, 9.5);
        assertThat(column(capture, Column.ANIMATION_ERROR)).containsExactly(Double.NaN, -1.5, Double.NaN);
        assertThat(column(capture, Column.TIME)).containsExactly(1, 1.01, 1.03);
        assertThat(capture.column(Column.IN_PRESENT)).isEmpty();
    }

    @Test
    void presentMonOfToday() throws UserException {
        Capture capture = read(Samples.PRESENTMON_NEW);
        assertThat(capture.format()).isEqualTo(Format.PRESENTMON_NEW);
        assertThat(capture.started()).contains(LocalDateTime.parse("2026-03-09T07:08:09.500"));
        assertThat(column(capture, Column.TIME)).containsExactly(0, 0.02, 0.035);
        assertThat(column(capture, Column.DROPPED)).containsExactly(0, 1, 0);
        assertThat(column(capture, Column.ANIMATION_ERROR)).containsExactly(Double.NaN, 2.5, -0.5);
    }

    @Test
    void presentMonsClocks() throws UserException {
        String text = Samples.PRESENTMON_NEW.replaceAll("2026-3-9 7:08:09.(\\d\\d\\d)000000", "9$1.0");
        Capture millis =
                read(text.replace("TimeInDateTime", "TimeInMs").replace("CPUStartDateTime", "CPUStartTimeInMs"));
        assertThat(column(millis, Column.TIME)).containsExactly(9.5, 9.52, 9.535);
        Capture trap =
                read(text.replace("TimeInDateTime", "TimeInSeconds").replace("CPUStartDateTime", "CPUStartTimeInMs"));
        assertThat(column(trap, Column.TIME))
                .as("milliseconds headed as seconds")
                .containsExactly(9.5, 9.52, 9.535);
        Capture ticks = read(text.replaceAll(",9(\\d\\d\\d)[.]0,", ",9$10000,")
                .replace("TimeInDateTime", "TimeInQPC")
                .replace("CPUStartDateTime", "CPUStartQPC"));
        assertThat(column(ticks, Column.QPC))
                .as("of the present, not of the CPU")
                .startsWith(95000000);
        assertThat(column(ticks, Column.TIME)).containsExactly(0, 0.02, 0.035);
    }

    @Test
    void capFrameXJson() throws UserException {
        Capture capture = read(Samples.CAPFRAMEX_JSON);
        assertThat(capture.format()).isEqualTo(Format.CAPFRAMEX_JSON);
        assertThat(capture.version()).contains("1.7.4");
        assertThat(capture.process()).isEqualTo("Game.exe");
        assertThat(capture.info()).containsEntry("GameName", "A Game").doesNotContainKey("GPU");
        assertThat(column(capture, Column.TIME)).containsExactly(0.01, 0.03, 0.045);
        assertThat(column(capture, Column.DROPPED)).containsExactly(0, 1, 0);
        assertThat(column(capture, Column.UNTIL_DISPLAYED)).containsExactly(8, Double.NaN, 7);
        assertThat(column(capture, Column.ANIMATION_ERROR)).containsExactly(Double.NaN, 2.5, -0.5);
        assertThat(capture.column(Column.QPC)).isEmpty();
    }

    @Test
    void capFrameXRunsAreApart() throws UserException {
        CaptureFile file = file("""
                {"Runs":[{"CaptureData":{"MsBetweenPresents":[1,2]}},{"CaptureData":{"MsBetweenPresents":[3,0,4,5]}},
                 {"CaptureData":null}],"Info":{"ProcessName":"a.exe"}}""");
        assertThat(file.captures()).extracting(Capture::swapChain).containsExactly("run 2", "run 1");
        assertThat(file.longest().badRows().first()).containsExactly(new BadRows.BadRow(2, "MsBetweenPresents is 0"));
    }

    @Test
    void capFrameXCsv() throws UserException {
        Capture capture = read(Samples.CAPFRAMEX_CSV);
        assertThat(capture.format()).isEqualTo(Format.CAPFRAMEX_CSV);
        assertThat(capture.info())
                .isEqualTo(Map.of("GameName", "A Game", "ProcessName", "Game.exe", "CreationDate", "2026-03-09"));
    }

    @Test
    void ocatAndFrameView() throws UserException {
        assertThat(read(Samples.OCAT).format()).isEqualTo(Format.OCAT);
        Capture frameView = read(Samples.FRAMEVIEW);
        assertThat(frameView.format()).isEqualTo(Format.FRAMEVIEW);
        assertThat(frameView.pid()).isEqualTo(OptionalLong.of(4242));
        assertThat(frameView.displayTimes().toArray()).containsExactly(9, 34);
    }

    @Test
    void mangoHud() throws UserException {
        Capture capture = read(Samples.MANGOHUD);
        assertThat(capture.format()).isEqualTo(Format.MANGOHUD);
        assertThat(capture.info()).containsEntry("os", "Debian").containsEntry("cpuscheduler", "performance");
        assertThat(column(capture, Column.TIME)).containsExactly(0.01, 0.03, 0.045);
        assertThat(capture.version()).isEmpty();
        assertThat(read(Samples.MANGOHUD_VERSIONED).version()).contains("0.7.1");
        assertThat(read(Samples.MANGOHUD_MICROS).version()).contains("0.6.0, which wrote microseconds");
    }

    @Test
    void frapsGivesDifferences() throws UserException {
        Capture capture = read(Samples.FRAPS);
        assertThat(capture.format()).isEqualTo(Format.FRAPS);
        assertThat(column(capture, Column.TIME)).containsExactly(0.01, 0.03, 0.045);
        Capture backwards = file("Frame, Time (ms)\n1,0\n2,10\n1,0\n2,20\n3,x\n4,50\n5,60\n")
                .longest();
        assertThat(backwards.frameTimes().toArray()).containsExactly(10, 20, 10);
        assertThat(backwards.badRows().first())
                .containsExactly(
                        new BadRows.BadRow(4, "Time (ms) does not grow"), new BadRows.BadRow(6, "Time (ms) is 'x'"));
    }

    @Test
    void afterburner() throws UserException {
        Capture capture = file(Samples.AFTERBURNER).longest();
        assertThat(capture.frameTimes().toArray()).containsExactly(10, 20, 15);
        assertThat(capture.format().sampled()).isTrue();
        assertThat(column(capture, Column.TIME)).containsExactly(0, 1, 2);
        assertThat(capture.started()).contains(LocalDateTime.parse("2026-03-09T07:08:10"));
        assertThat(capture.badRows().first()).containsExactly(new BadRows.BadRow(5, "Frametime is 'N/A'"));
        Capture rates =
                file(Samples.AFTERBURNER.replace("Frametime", "Something")).longest();
        assertThat(rates.frameTimes().toArray()).startsWith(10, 20);
    }

    @Test
    void plainLists() throws UserException {
        assertThat(read(Samples.PLAIN).format()).isEqualTo(Format.PLAIN);
        assertThat(read("\uFEFF" + Samples.PLAIN).frames()).isEqualTo(3);
        assertThat(read("FrameTime\n\n" + Samples.PLAIN).format()).isEqualTo(Format.PLAIN);
        assertThat(read("MsBetweenPresents\r\n10\r\n20\r\n15").frames()).isEqualTo(3);
    }

    @Test
    void frameTimesAloneAreACapture() throws UserException {
        assertThat(Capture.ofFrameTimes("here", 10, 20, 15).frameTimes().toArray())
                .isEqualTo(read(Samples.PLAIN).frameTimes().toArray());
        assertThat(Capture.ofFrameTimes("here", 10, 20, 15).seconds()).isEqualTo(0.045);
    }

    @Test
    void caseByteOrderMarkAndOrderMakeNoDifference() throws UserException {
        assertThat(read("\uFEFFmsbetweenPRESENTS,APPLICATION\n10,a.exe\n20,a.exe\n15,a.exe\n")
                        .process())
                .isEqualTo("a.exe");
    }

    @Test
    void rowsThatAreLeftOutAreTold() throws UserException {
        Capture capture = file("""
                Application,ProcessID,SwapChainAddress,MsBetweenPresents,Other
                a.exe,1,0x1,10,x
                a.exe,1,0x1,NA,x
                a.exe,1,0x1
                a.exe,1,0x1,-3,x
                a.exe,1,0x1,0,x
                a.exe,1,0x1,1e9,x
                a.exe,1,0x1,\u001b[2J,x
                a.exe,1,0x1,20,x
                a.exe,1,0x1,1""").longest();
        assertThat(capture.frameTimes().toArray()).containsExactly(10, 20);
        assertThat(capture.badRows().count()).isEqualTo(7);
        assertThat(capture.badRows().first())
                .containsExactly(
                        new BadRows.BadRow(3, "MsBetweenPresents is 'NA'"),
                        new BadRows.BadRow(4, "it ends before MsBetweenPresents"),
                        new BadRows.BadRow(5, "MsBetweenPresents is '-3'"),
                        new BadRows.BadRow(6, "MsBetweenPresents is 0"),
                        new BadRows.BadRow(7, "MsBetweenPresents is '1e9'"));
    }

    @Test
    void nothingGivenOutChangesACapture() throws UserException {
        Capture capture = read(Samples.PLAIN);
        capture.frameTimes().toArray()[0] = 99;
        capture.frameTimes().ascending().toArray()[0] = 99;
        assertThat(capture.frameTimes().toArray()).containsExactly(10, 20, 15);
        assertThat(capture.frameTimes().ascending().toArray()).containsExactly(10, 15, 20);
        assertThat(capture.version()).isEqualTo(Optional.empty());
    }
}
