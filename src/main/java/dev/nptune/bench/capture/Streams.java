package dev.nptune.bench.capture;

import dev.nptune.bench.capture.Head.Found;
import dev.nptune.internal.text.UserException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The streams of frames of one file, told apart by process and swap chain.
final class Streams {
    private record Key(String process, String pid, String chain) {}

    private final String source;
    private final Found found;
    private final Budget budget;
    private final Map<Key, StreamBuilder> all = new HashMap<>();
    private final List<StreamBuilder> inOrder = new ArrayList<>();

    Streams(String source, Found found, Budget budget) {
        this.source = source;
        this.found = found;
        this.budget = budget;
    }

    /// The stream that a row belongs to.
    ///
    /// @throws UserException if there are more than [Budget#MAX_STREAMS]
    StreamBuilder of(String process, String pid, String chain) throws UserException {
        Key key = new Key(process, pid, chain);
        StreamBuilder known = all.get(key);
        if (known != null) {
            return known;
        }
        if (all.size() == Budget.MAX_STREAMS) {
            throw Messages.refuse(
                    source,
                    "has more than " + Budget.MAX_STREAMS + " swap chains, which no capture has",
                    Messages.WHAT_IS_READ);
        }
        StreamBuilder made = new StreamBuilder(found.layout(), budget, process, pid, chain);
        all.put(key, made);
        inOrder.add(made);
        return made;
    }

    String source() {
        return source;
    }

    /// All that have a frame.
    List<Capture> finish() {
        return inOrder.stream()
                .map(stream -> stream.finish(source, found))
                .filter(capture -> capture.frames() > 0)
                .toList();
    }

    /// Why the first row that was left out was, if none was good.
    List<BadRows.BadRow> firstBad() {
        return inOrder.stream()
                .flatMap(s -> s.badRows().first().stream())
                .limit(1)
                .toList();
    }
}
