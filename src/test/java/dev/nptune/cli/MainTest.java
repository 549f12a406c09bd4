package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class MainTest {
    private static String told(IntSupplier command, int exit, boolean debug) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Main.guarded(command, new PrintStream(err, true, StandardCharsets.UTF_8), debug))
                .isEqualTo(exit);
        return err.toString(StandardCharsets.UTF_8);
    }

    private static int outOfMemory() {
        throw new OutOfMemoryError("Java heap \u001b space");
    }

    private static int recurse(int n) {
        return n < 0 ? n : recurse(n + 1) + 1;
    }

    @Test
    void whatTheJavaMachineGivesUpOnIsToldInOneLine() {
        assertThat(told(MainTest::outOfMemory, 3, false).lines())
                .containsExactly(
                        "nptune: the Java machine gave up: java.lang.OutOfMemoryError: Java heap \\x1b space",
                        "  next: run it again with --debug and report what it prints; if a plan was being applied,"
                                + " nptune history says what came of it");
        assertThat(told(() -> recurse(0), 3, false))
                .contains("StackOverflowError")
                .doesNotContain("\tat ");
        assertThat(told(MainTest::outOfMemory, 3, true)).contains("\tat dev.nptune.cli.MainTest");
        assertThat(told(() -> 1, 1, true)).isEmpty();
    }
}
