package dev.nptune.cli;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// One frame time in milliseconds a line; blank lines and lines that begin with `#` say nothing. Files over 64 MiB are
/// refused.
final class PlainFrameTimes implements FrameTimeSource {
    private static final int MAX_BYTES = 64 << 20;

    @Override
    public double[] frames(Path file) throws UserException {
        double[] frames = new double[1024];
        int number = 0;
        int lineNumber = 0;
        for (String line : text(file).split("\n", -1)) {
            lineNumber++;
            String word = line.strip();
            if (word.isEmpty() || word.startsWith("#")) {
                continue;
            }
            if (number == frames.length) {
                frames = Arrays.copyOf(frames, 2 * number);
            }
            frames[number++] = parse(word, file, lineNumber);
        }
        return Arrays.copyOf(frames, number);
    }

    private static double parse(String word, Path file, int line) throws UserException {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            String shown = word.length() > 40 ? word.substring(0, 40) + "..." : word;
            throw new UserException(
                    Exit.WRONG_USE,
                    Printable.line(file.toString()) + ", line " + line + ": '" + Printable.line(shown)
                            + "' is no frame time",
                    "give files with one frame time in milliseconds a line",
                    e);
        }
    }

    private static String text(Path file) throws UserException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than 64 MiB");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read the capture " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "give files of frame times",
                    e);
        }
    }
}
