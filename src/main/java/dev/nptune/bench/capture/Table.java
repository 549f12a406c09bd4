package dev.nptune.bench.capture;

import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The rows of a table, as bytes, and where to put what is in them.
///
/// @param first the file's first bytes, which were looked at for the header; a reader may write over them
/// @param from where in them the rows begin
/// @param to where they end
/// @param rest what comes after them
/// @param line the number of the first row's line
/// @param layout its columns
/// @param streams where frames go
@SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
record Table(byte[] first, int from, int to, InputStream rest, long line, Layout layout, Streams streams) {
    /// The bytes read at once.
    static final int BUFFER = 1 << 18;

    /// The longest line read, in bytes. Real rows have less than a thousand.
    static final int MAX_LINE = 1 << 16;

    /// Reads rows. There are two: [FrameRows], and a plain one in the tests that it is held against.
    @FunctionalInterface
    interface Reader {
        void read(Table table) throws IOException, UserException;
    }

    /// The text of the row at hand, for messages.
    @FunctionalInterface
    interface RowText {
        /// A field of it.
        ///
        /// @return empty if the row ends before that column
        Optional<String> of(Slot slot);
    }
}
