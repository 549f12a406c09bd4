package dev.nptune.apply;

import java.io.IOException;
import java.util.List;

/// There is no run of a name, or more than one.
public final class NoSuchRunException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient List<String> similar;

    NoSuchRunException(String message, List<String> similar) {
        super(message);
        this.similar = List.copyOf(similar);
    }

    /// The runs that may have been meant.
    public List<String> similar() {
        return similar;
    }
}
