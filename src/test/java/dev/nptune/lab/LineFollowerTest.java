package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFollowerTest {
    @TempDir
    private Path temp;

    private final List<String> lines = new ArrayList<>();
    private Path file = Path.of("");
    private LineFollower follower = new LineFollower(file, lines::add);

    @BeforeEach
    void follow() {
        file = temp.resolve("log");
        follower = new LineFollower(file, lines::add);
    }

    @Test
    void aFileThatIsNotThereYetHasNoLines() throws IOException {
        follower.poll();
        append("first\n");
        follower.poll();

        assertThat(lines).containsExactly("first");
    }

    @Test
    void eachLineIsHandedOnOnceAsItIsFinished() throws IOException {
        append("one\ntw");
        follower.poll();
        assertThat(lines).containsExactly("one");

        follower.poll();
        append("o\n\nthree");
        follower.poll();

        assertThat(lines).containsExactly("one", "two", "");
    }

    @Test
    void aCharacterCutInTwoIsPutTogether() throws IOException {
        byte[] text = "✓ größer 🙂\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length; i++) {
            append(Arrays.copyOfRange(text, i, i + 1));
            follower.poll();
        }

        assertThat(lines).containsExactly("✓ größer 🙂");
    }

    @Test
    void muchTextComesInSeveralPolls() throws IOException {
        append("0123456789\n".repeat(20_000));
        for (int i = 0; i < 5; i++) {
            follower.poll();
        }

        assertThat(lines).hasSize(20_000).containsOnly("0123456789");
    }

    @Test
    void aLineWithoutEndIsDroppedAndTheNextIsRead() throws IOException {
        append("x".repeat(300_000));
        for (int i = 0; i < 6; i++) {
            follower.poll();
        }
        append("\nnext\n");
        follower.poll();

        assertThat(lines).last().isEqualTo("next");
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(1 << 16));
    }

    @Test
    void aFileCutShortIsNoError() throws IOException {
        append("one\n");
        follower.poll();
        Files.write(file, new byte[0]);
        follower.poll();

        assertThat(lines).containsExactly("one");
    }

    private void append(String text) throws IOException {
        append(text.getBytes(StandardCharsets.UTF_8));
    }

    private void append(byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
