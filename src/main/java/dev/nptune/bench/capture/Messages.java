package dev.nptune.bench.capture;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;

/// What is said of files that cannot be read.
final class Messages {
    /// What there is to do with a file that is no capture.
    static final String WHAT_IS_READ = "give a file by PresentMon, CapFrameX, OCAT, FrameView, MangoHud, FRAPS or"
            + " Afterburner, or a list of frame times";

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_QUOTE = 40;

    private Messages() {}

    static String name(String source) {
        return Printable.brief(source, LONGEST_NAME);
    }

    /// Text from the file, in quotation marks.
    static String quote(String text) {
        return "'" + Printable.brief(text, LONGEST_QUOTE) + "'";
    }

    static UserException refuse(String source, String why, String next) {
        return new UserException(Exit.CANNOT, name(source) + " " + why, next);
    }
}
