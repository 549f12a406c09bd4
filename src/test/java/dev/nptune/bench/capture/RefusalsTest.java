package dev.nptune.bench.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is no capture, and what is said of it.
class RefusalsTest {
    @TempDir
    private Path folder;

    private static UserException refused(byte[] bytes) {
        return catchThrowableOfType(UserException.class, () -> CaptureFile.read(new ByteArrayInputStream(bytes), "f"));
    }

    private static UserException refused(String text) {
        return refused(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void noTextAtAll() {
        assertThat(refused("")).hasMessage("f is empty");
        assertThat(refused(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0})).hasMessage("f is no text");
        assertThat(refused(new byte[] {0x1F, (byte) 0x8B, 8, 0})).hasMessage("f is packed");
        assertThat(refused(new byte[] {'P', 'K', 3, 4})).hasMessage("f is packed");
        assertThat(refused("\n \n\n")).hasMessage("f is no capture that is known");
        assertThat(refused("\uFEFF")).hasMessage("f is no capture that is known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16"})
    void utf16(String charset) {
        UserException e = refused(Samples.PRESENTMON_1.getBytes(Charset.forName(charset)));
        assertThat(e).hasMessage("f is UTF-16 text, which is not read");
        assertThat(e.nextStep()).isEqualTo("convert it first: iconv -f UTF-16 -t UTF-8");
    }

    @Test
    void foldersAndMissingFiles() {
        assertThat(catchThrowableOfType(UserException.class, () -> CaptureFile.read(folder)))
                .hasMessage(folder + " is a folder");
        assertThat(catchThrowableOfType(UserException.class, () -> CaptureFile.read(folder.resolve("x"))))
                .hasMessage("cannot read " + folder + "/x: no such file or folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TimeStamp,Application,GPU,CPU,Resolution,Runtime,Avg FPS,Min FPS,Max FPS\n1,2,3,4,5,6,7,8,9\n",
                "File,Application Name,Compositor,Date and Time,Average FPS (Application)\na,b,c,d,60\n",
                "0.1% Min FPS,1% Min FPS,97% Percentile FPS,Average FPS,GPU Load,CPU Load\n1,2,3,4,5,6\n",
                "Frames, Time (ms), Min, Max, Avg\n 1171, 15256, 12, 90, 76.757\n",
            })
    void summaries(String text) {
        assertThat(refused(text)).hasMessage("f is a summary: it has a line for each run and no frames");
    }

    @Test
    void aMissingColumnIsNamed() {
        assertThat(refused(Samples.PRESENTMON_1.replace("msBetweenPresents", "x")))
                .hasMessage("f has no column MsBetweenPresents (or FrameTime, in PresentMon 2)");
        assertThat(refused("fps,cpu_load,elapsed\n1,2,3\n")).hasMessage("f has no column frametime");
        assertThat(refused("os,cpu,gpu,ram,kernel,driver,cpuscheduler\na,b,c,d,e,f,g\n"))
                .hasMessage("f is a MangoHud log without the columns fps and frametime");
        assertThat(refused(Samples.AFTERBURNER.replace("Frame", "X")))
                .hasMessage("f is an Afterburner log without the column Frametime or Framerate");
        assertThat(refused(Samples.AFTERBURNER.replace("02,", "09,")))
                .hasMessage("f is an Afterburner log without a list of columns (record 02)");
    }

    @Test
    void spreadsheets() {
        assertThat(refused(Samples.PRESENTMON_1.replace('.', ',').replaceAll("(?m),(?=[A-Za-z])", ";")))
                .hasMessage("f has semicolons between its columns, as a spreadsheet writes it");
        assertThat(refused(Samples.MANGOHUD.replace(',', '\t')))
                .hasMessage("f has tabs between its columns, as a spreadsheet writes it");
        assertThat(refused("16,7\n16,8\n")).hasMessage("f begins with several numbers in a line and no names for them");
    }

    @Test
    void otherText() {
        assertThat(refused("Dear diary,\nnothing happened\n"))
                .hasMessage("f is no capture that is known; it begins with 'Dear diary,'");
        assertThat(refused("\u001b[2J\n")).hasMessage("f is no capture that is known; it begins with '\\x1b[2J'");
        assertThat(refused("{\"a\":[1,2")).message().startsWith("f is JSON that cannot be read: ");
        assertThat(refused("{\"Runs\":[]}")).message().startsWith("f is JSON without frames");
        assertThat(refused("{" + "\"a\":{".repeat(1000))).message().contains("nesting depth");
    }

    @Test
    void noFrames() {
        assertThat(refused("Application,ProcessID,SwapChainAddress,MsBetweenPresents\n"))
                .hasMessage("f by PresentMon 1 holds no frame");
        assertThat(refused("fps,frametime,elapsed\n1,x,1\n"))
                .hasMessage("f by MangoHud holds no frame: line 2: frametime is 'x'");
    }

    @Test
    void aListOfSeconds() {
        assertThat(refused("0.0167\n0.0166\n1\n"))
                .hasMessage("f is a list of numbers too small to be frame times in ms");
    }

    @Test
    void tooMuch() {
        StringBuilder chains = new StringBuilder("Application,ProcessID,SwapChainAddress,MsBetweenPresents\n");
        for (int i = 0; i < Budget.MAX_STREAMS; i++) {
            chains.append("a.exe,1,0x").append(i).append(",10\n");
        }
        assertThat(refused(chains.toString())).hasMessage("f has more than 4096 swap chains, which no capture has");
        Budget small = new Budget("f", 10);
        assertThat(catchThrowableOfType(UserException.class, () -> {
                    for (int i = 0; i < 11; i++) {
                        small.take(1);
                    }
                }))
                .hasMessage("f holds more frames than fit in memory (10 numbers)");
        assertThat(refused("{\"Runs\":[" + "{},".repeat(1001) + "{}]}")).hasMessage("f has more than 1000 runs");
    }

    @ParameterizedTest
    @CsvSource({"game, Game.exe", "GAME.EXE, Game.exe", "8, dwm.exe", "4242, Game.exe"})
    void aProcessIsFound(String word, String name) throws UserException {
        CaptureFile file = CaptureFile.read(
                new ByteArrayInputStream(Samples.PRESENTMON_1
                        .concat("dwm.exe,8,0x2,DXGI,1,0,0,1.1,0.1,16,0,x,1,2,0,1\n")
                        .getBytes(StandardCharsets.UTF_8)),
                "f");
        assertThat(file.of(word).process()).isEqualTo(name);
        UserException e = catchThrowableOfType(UserException.class, () -> file.of("gane.exe"));
        assertThat(e).hasMessage("f has no process 'gane.exe'");
        assertThat(e.nextStep()).isEqualTo("did you mean game.exe?");
        assertThat(catchThrowableOfType(UserException.class, () -> file.of("12"))
                        .nextStep())
                .isEqualTo("give one of: Game.exe, dwm.exe");
    }

    @Test
    void theCompositorIsNotMeant() throws UserException {
        String rows = "dwm.exe,1,0x1,10\n".repeat(5) + "a.exe,2,0x2,10\n";
        String head = "Application,ProcessID,SwapChainAddress,MsBetweenPresents\n";
        CaptureFile both =
                CaptureFile.read(new ByteArrayInputStream((head + rows).getBytes(StandardCharsets.UTF_8)), "f");
        assertThat(both.captures().getFirst().process()).isEqualTo("dwm.exe");
        assertThat(both.longest().process()).isEqualTo("a.exe");
    }
}
