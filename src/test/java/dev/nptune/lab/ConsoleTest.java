package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
    @TempDir
    private Path temp;

    @Test
    void aFileThatIsNotThereHasNoLines() throws IOException {
        Console console = new Console(temp.resolve("none"));

        assertThat(console.lines()).isEmpty();
        assertThat(console.last(3)).isEmpty();
    }

    @Test
    void theLastOnes() throws IOException {
        Console console = console("one\r\ntwo\nthr");

        assertThat(console.lines()).containsExactly("one", "two", "thr");
        assertThat(console.last(2)).containsExactly("two", "thr");
        assertThat(console.last(9)).containsExactly("one", "two", "thr");
        assertThat(console.last(0)).isEmpty();
    }

    @Test
    void theFinishedOnes() throws IOException {
        assertThat(console("one\r\ntwo\nthr").finishedLines()).containsExactly("one", "two");
        assertThat(console("one\n").finishedLines()).containsExactly("one");
        assertThat(console("one").finishedLines()).isEmpty();
        assertThat(console("").finishedLines()).isEmpty();
        assertThat(new Console(temp.resolve("none")).finishedLines()).isEmpty();
    }

    @Test
    void howItEndsIsTold() throws IOException {
        assertThat(console("one\ntwo\n").ending()).isEqualTo("; its console ends with\n    | one\n    | two");
        assertThat(console("").ending()).isEmpty();
    }

    @Test
    void nothingInItMovesTheCursor() throws IOException {
        assertThat(console("a\u001b[2Jb\u0007\u0000\u007f\u009b2Jc\td").lines()).containsExactly("a?[2Jb????2Jc?d");
    }

    @Test
    void bytesThatAreNoTextAreNoError() throws IOException {
        Path file = Files.write(temp.resolve("console.log"), new byte[] {'a', (byte) 0xff, (byte) 0xc3, '\n', 'b'});

        assertThat(new Console(file).lines()).hasSize(2).last().isEqualTo("b");
    }

    @Test
    void noMoreThanTheBoundIsRead() throws IOException {
        byte[] much = "0123456\n".repeat(Console.MAX_BYTES / 8 + 10).getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(temp.resolve("console.log"), much);

        assertThat(new Console(file).lines()).hasSize(Console.MAX_BYTES / 8);
    }

    private Console console(String text) throws IOException {
        return new Console(Files.writeString(temp.resolve("console.log"), text));
    }
}
