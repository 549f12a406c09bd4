package dev.nptune.kernel.diff;

import dev.nptune.internal.text.ByteSize;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads patches: plain unified diffs, those of git, mails, mailboxes, Debian's with DEP-3 headers.
///
/// What is read as GNU patch reads it: a context line that lost its blank; up to three blank context lines lost at
/// the
/// end of the file; lines of a hunk that begin with `#`, which are remarks; carriage returns, which are taken off all
/// lines of a diff whose `+++` line ends with one; counts left out of `@@`; a time stamp of 1970 for a file that
/// is not
/// there. What is read otherwise: a diff that is indented is no diff, since messages of commits quote diffs; a last
/// line
/// without line feed is a whole line; lines that follow a hunk and look like more of it are an error, where GNU patch
/// drops them.
///
/// What is refused: binary patches, symbolic links, submodules, diffs of merges, context diffs, normal diffs, ed
/// scripts,
/// mails of several parts, and what is larger than the bounds below.
public final class PatchReader {
    /// The most that is read of a file, in bytes.
    public static final int MAX_SIZE = 256 << 20;
    /// The longest line, in bytes, its line feed not counted.
    public static final int MAX_LINE = 1 << 20;
    /// The most files that the patches of one file may change.
    public static final int MAX_FILES = 100_000;
    /// The most hunks that one file may have.
    public static final int MAX_HUNKS = 1_000_000;

    private static final int CHUNK = 1 << 16;

    private PatchReader() {}

    /// Reads a stream to its end, but no further than the bounds allow.
    ///
    /// @param name the file's name, for messages
    /// @throws UserException if it is no patch, naming file and line
    public static PatchFile read(String name, InputStream in) throws IOException, UserException {
        return read(name, in, MAX_SIZE);
    }

    static PatchFile read(String name, InputStream in, int maxSize) throws IOException, UserException {
        return parse(name, new Input(name, maxSize).all(in));
    }

    /// Reads a text in ISO 8859-1.
    ///
    /// @throws UserException if it is no patch, naming file and line
    public static PatchFile parse(String name, String text) throws UserException {
        refuseCompressed(name, text);
        PatchLines lines = PatchLines.of(name, text);
        List<String> notes = new ArrayList<>();
        DiffParser diffs = new DiffParser(notes);
        List<Patch> patches = new ArrayList<>();
        for (Mail mail : Mailbox.split(lines)) {
            List<FileDiff> files = diffs.parse(mail.body(), mail.from(), mail.to());
            if (!files.isEmpty()) {
                patches.add(mail.patch(files));
            } else if (mail.isMail()) {
                notes.add("the mail '" + Printable.brief(mail.subject(), 80) + "' at line " + mail.line()
                        + " has no diff and is passed over");
            }
        }
        if (patches.isEmpty()) {
            throw NoDiff.explain(lines);
        }
        return new PatchFile(name, patches, notes);
    }

    private static void refuseCompressed(String name, String text) throws UserException {
        String tool = text.startsWith("\u001f\u008b")
                ? "zcat"
                : text.startsWith("\u00fd7zXZ") ? "xzcat" : text.startsWith("BZh") ? "bzcat" : "";
        if (!tool.isEmpty()) {
            throw PatchLines.error(
                    name, 1, "it is compressed", "unpack it on the way: " + tool + " FILE | nptune patch check -");
        }
    }

    /// What comes in, counted as it comes.
    private static final class Input {
        private final String name;
        private final int maxSize;
        private byte[] bytes = new byte[CHUNK];
        private int size;
        private int line = 1;
        private int length;

        Input(String name, int maxSize) {
            this.name = name;
            this.maxSize = maxSize;
        }

        String all(InputStream in) throws IOException, UserException {
            while (true) {
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size, maxSize + 1L));
                }
                int n = in.read(bytes, size, Math.min(CHUNK, bytes.length - size));
                if (n < 0) {
                    return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
                }
                count(n);
            }
        }

        private void count(int n) throws UserException {
            for (int i = size; i < size + n; i++) {
                if (bytes[i] == '\n') {
                    line++;
                    length = 0;
                } else if (++length > MAX_LINE) {
                    throw PatchLines.error(
                            name, line, "the line is longer than " + (MAX_LINE >> 20) + " MiB", "is it a patch?");
                }
            }
            size += n;
            if (size > maxSize) {
                throw new UserException(
                        Exit.WRONG_USE,
                        Printable.line(name) + ": it is larger than " + ByteSize.of(maxSize),
                        "is it a patch? if so, split it");
            }
        }
    }
}
