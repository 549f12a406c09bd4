package dev.nptune.kernel.diff;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a patch file, or of a mail in it that had to be decoded, with their numbers in the file. Lines are
/// cut
/// out when they are asked for.
final class PatchLines {
    private final String file;
    private final String text;
    private final int[] begins;
    private final int @Nullable [] numbers;

    /// @param numbers the number in the file of each line; null if they count from 1
    private PatchLines(String file, String text, int[] begins, int @Nullable [] numbers) {
        this.file = file;
        this.text = text;
        this.begins = begins;
        this.numbers = numbers;
    }

    static PatchLines of(String file, String text) {
        return new PatchLines(file, text, begins(text), null);
    }

    /// Lines whose numbers in the file are known.
    ///
    /// @param text as many lines as there are numbers
    static PatchLines decoded(String file, String text, int[] numbers) {
        int[] begins = begins(text);
        return new PatchLines(file, text, begins, Arrays.copyOf(numbers, begins.length));
    }

    private static int[] begins(String text) {
        int[] begins = new int[64];
        int n = 0;
        for (int at = 0; at < text.length(); n++) {
            if (n + 1 >= begins.length) {
                begins = Arrays.copyOf(begins, begins.length * 2);
            }
            begins[n] = at;
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end + 1;
        }
        int[] exact = Arrays.copyOf(begins, n + 1);
        exact[n] = text.endsWith("\n") || text.isEmpty() ? text.length() : text.length() + 1;
        return exact;
    }

    String file() {
        return file;
    }

    int size() {
        return begins.length - 1;
    }

    /// A line without its line feed; a carriage return before it stays.
    String get(int i) {
        return text.substring(begins[i], begins[i + 1] - 1);
    }

    /// A line without line feed and carriage return.
    String bare(int i) {
        String line = get(i);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    boolean startsWith(int i, String prefix) {
        return i < size() && text.startsWith(prefix, begins[i]);
    }

    boolean isBlank(int i) {
        return get(i).isBlank();
    }

    /// A line's number in the file, from 1.
    int number(int i) {
        int[] known = numbers;
        if (known == null) {
            return i + 1;
        }
        return i < known.length - 1 ? known[i] : known.length < 2 ? 1 : known[known.length - 2];
    }

    /// A complaint about a line.
    UserException error(int i, String what, String nextStep) {
        return error(file, number(i), what, nextStep);
    }

    /// A complaint about a line of a file.
    static UserException error(String file, int line, String what, String nextStep) {
        return new UserException(Exit.WRONG_USE, Printable.line(file) + ":" + line + ": " + what, nextStep);
    }
}
