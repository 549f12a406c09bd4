package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.watch.Column.Subject;
import dev.nptune.watch.Series.LongList;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads recordings, from strangers too: everything is bounded, and what does not fit ends the reading.
final class RecordingReader {
    private final List<Series> all = new ArrayList<>();
    private final List<Clock> clocks = new ArrayList<>();

    /// Of each source its columns, and when it was read.
    private final List<List<Series>> columns = new ArrayList<>();

    private final List<LongList> times = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private @Nullable About about;
    private @Nullable End end;
    private int values;

    private RecordingReader() {}

    /// A block that says what cannot be.
    private static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;

        Damaged(String why) {
            super(why);
        }
    }

    static Recording read(Path file) throws IOException, UserException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            String name = Printable.line(file.toString());
            magic(name, in.readNBytes(Format.MAGIC.length));
            RecordingReader reader = new RecordingReader();
            Optional<String> torn = reader.blocks(in);
            About about = reader.about;
            if (about == null) {
                throw refused(name + " says nothing of what it is of: " + torn.orElse("it has no blocks"), null);
            }
            return new Recording(about, reader.all, reader.clocks, Optional.ofNullable(reader.end), torn);
        }
    }

    private static void magic(String name, byte[] magic) throws UserException {
        if (Arrays.equals(magic, Format.MAGIC)) {
            return;
        }
        boolean other = magic.length == Format.MAGIC.length && Arrays.equals(magic, 0, 6, Format.MAGIC, 0, 6);
        throw refused(
                other
                        ? name + " is a recording of another version, "
                                + Printable.line(HexFormat.of().formatHex(magic, 6, 8))
                        : name + " is no recording",
                null);
    }

    private static UserException refused(String what, @Nullable Throwable cause) {
        return new UserException(Exit.CANNOT, what, "give a file that 'nptune record' wrote", cause);
    }

    /// @return what is behind the last whole block
    private Optional<String> blocks(InputStream in) throws IOException {
        long place = Format.MAGIC.length;
        while (true) {
            byte[] frame = in.readNBytes(Format.FRAME);
            if (frame.length == 0) {
                return end == null && about != null ? Optional.of("it ends without its last block") : Optional.empty();
            }
            String at = " at byte " + place;
            if (frame.length < Format.FRAME) {
                return Optional.of("it is cut off" + at);
            }
            long length = word(frame, 0);
            if (length > Format.MOST_BLOCK) {
                return Optional.of("a block of " + length + " bytes" + at);
            }
            byte[] block = in.readNBytes((int) length);
            if (block.length < length) {
                return Optional.of("it is cut off in the block" + at);
            }
            CRC32C sum = new CRC32C();
            sum.update(block);
            if (sum.getValue() != word(frame, 4)) {
                return Optional.of("a block whose checksum is wrong" + at);
            }
            try {
                block(new Bytes(block));
            } catch (Damaged | IllegalArgumentException e) {
                return Optional.of("a block that says what cannot be" + at + ": "
                        + Printable.brief(String.valueOf(e.getMessage()), 200));
            }
            place += Format.FRAME + length;
        }
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = 3; i >= 0; i--) {
            word = (word << 8) | (bytes[at + i] & 0xFF);
        }
        return word;
    }

    private void block(Bytes in) throws Damaged {
        int kind = in.one();
        if ((about == null) != (kind == Format.ABOUT) || end != null) {
            throw new Damaged("a block of kind " + kind + " out of its place");
        }
        switch (kind) {
            case Format.ABOUT -> about(Json.read(in.text(Format.MOST_BLOCK), About.class));
            case Format.DATA -> data(in);
            case Format.END -> end = Json.read(in.text(Format.MOST_BLOCK), End.class);
            default -> throw new Damaged("kind " + kind);
        }
    }

    private void about(About read) throws Damaged {
        if (read.schemaVersion() != Format.VERSION) {
            throw new Damaged("version " + read.schemaVersion());
        }
        long present = read.sources().stream().filter(Source::available).count();
        if (present > Format.MOST_SOURCES) {
            throw new Damaged(present + " sources");
        }
        about = read;
        read.sources().stream().filter(Source::available).forEach(s -> {
            columns.add(new ArrayList<>());
            times.add(new LongList());
            names.add(s.name());
        });
    }

    private void data(Bytes in) throws Damaged {
        long time = in.signed();
        if (!clocks.isEmpty() && time < clocks.getLast().monotonic()) {
            throw new Damaged("a clock that goes back");
        }
        clocks.add(new Clock(time, in.signed(), in.unsigned()));
        while (!in.atEnd()) {
            int entry = in.one();
            int source = (int) in.below(columns.size(), "a source");
            switch (entry) {
                case Format.COLUMN -> column(in, source);
                case Format.SAMPLE -> {
                    time += in.signed();
                    sample(in, source, time);
                }
                case Format.ENDED -> {
                    List<Series> of = columns.get(source);
                    of.get((int) in.below(of.size(), "a column")).end();
                }
                default -> throw new Damaged("an entry of kind " + entry);
            }
        }
    }

    private void column(Bytes in, int source) throws Damaged {
        String key = in.text(Format.MOST_TEXT);
        Quantity quantity = Quantity.of(key).orElseThrow(() -> new Damaged("a quantity '" + key + "'"));
        String whose = in.text(Format.MOST_TEXT);
        Subject subject = Arrays.stream(Subject.values())
                .filter(s -> s.key().equals(whose))
                .findFirst()
                .orElseThrow(() -> new Damaged("a subject '" + whose + "'"));
        int number = (int) in.below(Integer.MAX_VALUE, "a number");
        String detail = Printable.line(in.text(Format.MOST_TEXT));
        if (all.size() >= Table.MOST) {
            throw new Damaged("more than " + Table.MOST + " columns");
        }
        Series series = new Series(
                names.get(source), new Column(quantity, subject, number, detail), in.signed(), times.get(source));
        columns.get(source).add(series);
        all.add(series);
    }

    private void sample(Bytes in, int source, long time) throws Damaged {
        LongList read = times.get(source);
        if (read.size() > 0 && time < read.get(read.size() - 1)) {
            throw new Damaged("time that goes back");
        }
        if (++values > Format.MOST_VALUES) {
            throw new Damaged("more than " + Format.MOST_VALUES + " values");
        }
        read.add(time);
        List<Series> of = columns.get(source);
        long column = -1;
        for (long gap = in.unsigned(); gap != 0; gap = in.unsigned()) {
            column += gap;
            if (gap < 0 || column < 0 || column >= of.size()) {
                throw new Damaged("a column that is not there");
            }
            of.get((int) column).add(read.size() - 1, in.signed());
            if (++values > Format.MOST_VALUES) {
                throw new Damaged("more than " + Format.MOST_VALUES + " values");
            }
        }
    }

    /// A block while it is read.
    private static final class Bytes {
        private final byte[] bytes;
        private int at;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean atEnd() {
            return at == bytes.length;
        }

        int one() throws Damaged {
            if (atEnd()) {
                throw new Damaged("an end in the middle");
            }
            return bytes[at++] & 0xFF;
        }

        long unsigned() throws Damaged {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int next = one();
                value |= (long) (next & 0x7F) << shift;
                if (next < 0x80) {
                    return value;
                }
            }
            throw new Damaged("a number of more than 64 bits");
        }

        long signed() throws Damaged {
            long folded = unsigned();
            return folded >>> 1 ^ -(folded & 1);
        }

        long below(int bound, String what) throws Damaged {
            long value = unsigned();
            if (value < 0 || value >= bound) {
                throw new Damaged(what + " that is not there");
            }
            return value;
        }

        String text(int most) throws Damaged {
            int length = (int) below(Math.min(most, bytes.length) + 1, "a text");
            if (bytes.length - at < length) {
                throw new Damaged("an end in the middle");
            }
            at += length;
            return new String(bytes, at - length, length, UTF_8);
        }
    }
}
