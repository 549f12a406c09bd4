package dev.nptune.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One file of each of some threads.
final class ThreadSampler extends Sampler {
    private final Path tasks;
    private final ThreadFile kind;
    private final Cursor cursor;
    private final long[] values = new long[3];
    private final List<Watched> watched = new ArrayList<>();
    private final Set<Integer> known = new HashSet<>();

    /// @param first the first of its columns
    private record Watched(int tid, KeptFile file, int first) {}

    /// @param tasks `/proc/PID/task`
    ThreadSampler(Path tasks, ThreadFile kind, Source source, Cursor cursor) {
        super(source);
        this.tasks = tasks;
        this.kind = kind;
        this.cursor = cursor;
    }

    /// Takes up those that are new and gives up those that are gone. One whose number is another's now is seen to have
    /// ended first, by its kept file.
    void follow(List<VmThread> threads) {
        Set<Integer> now = threads.stream().map(VmThread::tid).collect(Collectors.toSet());
        for (int i = watched.size() - 1; i >= 0; i--) {
            if (!now.contains(watched.get(i).tid())) {
                end(i);
            }
        }
        for (VmThread thread : threads) {
            if (!known.contains(thread.tid())) {
                begin(thread);
            }
        }
    }

    private void begin(VmThread thread) {
        KeptFile file;
        try {
            file = KeptFile.whole(tasks.resolve(Integer.toString(thread.tid())).resolve(kind.file()));
        } catch (IOException _) {
            return; // it has ended since, or the source is absent
        }
        if (!file.read(cursor) || !kind.parse(cursor, values)) {
            file.close();
            return;
        }
        int first = table.size();
        for (int i = 0; i < kind.quantities().size(); i++) {
            table.add(thread.column(kind.quantities().get(i)), values[i]);
        }
        watched.add(new Watched(thread.tid(), file, first));
        known.add(thread.tid());
    }

    private void end(int index) {
        Watched gone = watched.remove(index);
        gone.file().close();
        known.remove(gone.tid());
        for (int i = 0; i < kind.quantities().size(); i++) {
            table.end(gone.first() + i);
        }
    }

    @Override
    boolean sample() {
        boolean any = false;
        for (int i = watched.size() - 1; i >= 0; i--) {
            Watched thread = watched.get(i);
            if (thread.file().read(cursor) && kind.parse(cursor, values)) {
                any = true;
                for (int k = 0; k < kind.quantities().size(); k++) {
                    table.set(thread.first() + k, values[k]);
                }
            } else {
                end(i);
            }
        }
        return any;
    }

    /// Whether it reads anything.
    boolean isEmpty() {
        return watched.isEmpty();
    }

    @Override
    public void close() {
        watched.forEach(t -> t.file().close());
        watched.clear();
    }
}
