package dev.nptune.watch;

import java.util.Optional;

/// Where numbers come from, and whether they do.
///
/// @param name short, such as `schedstat`
/// @param place the files or the program
/// @param gives what it tells
/// @param hertz how often it is read at most; 0 if it is not
/// @param absent why it tells nothing and what that would take
public record Source(String name, String place, String gives, double hertz, Optional<String> absent) {
    public boolean available() {
        return absent.isEmpty();
    }

    static Source present(String name, String place, String gives, double hertz) {
        return new Source(name, place, gives, hertz, Optional.empty());
    }

    static Source absent(String name, String place, String gives, String why) {
        return new Source(name, place, gives, 0, Optional.of(why));
    }
}
