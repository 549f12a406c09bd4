package dev.nptune.watch;

import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// KVM's counters of one VM in debugfs, the sums of all vCPUs: a file each.
///
/// Each is opened anew each time: the kernel lets none of them be read from its beginning twice (`simple_attr_open` in
/// `fs/libfs.c` makes them files without a place).
final class DebugfsSampler extends Sampler {
    private static final int MOST = 256;

    private final Cursor cursor;
    private final List<Path> files = new ArrayList<>();
    private final List<Integer> shifts = new ArrayList<>();

    DebugfsSampler(Path folder, Source source, Cursor cursor) throws IOException {
        super(source);
        this.cursor = cursor;
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
            for (Path file : names) {
                String name = file.getFileName().toString();
                Optional<Column> column = KvmCounter.column(name, Subject.VM, 0);
                if (column.isPresent() && Files.isRegularFile(file) && files.size() < MOST) {
                    files.add(file);
                    shifts.add(KvmCounter.shift(name));
                    table.add(column.get(), 0);
                }
            }
        }
        if (!sample()) {
            throw new IOException("its counters cannot be read");
        }
    }

    /// Whose folder it is.
    static Optional<Path> folder(Path root, int pid) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root.resolve("sys/kernel/debug/kvm"), pid + "-*")) {
            for (Path folder : all) {
                if (folder.getFileName().toString().matches(pid + "-[0-9]{1,9}")) {
                    return Optional.of(folder);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    boolean sample() {
        for (int i = 0; i < files.size(); i++) {
            try {
                cursor.filled(Files.readAllBytes(files.get(i)));
            } catch (IOException _) {
                return false; // the VM has ended
            }
            long value = cursor.number();
            if (value >= 0) {
                table.set(i, value << shifts.get(i));
            }
        }
        return !files.isEmpty();
    }

    @Override
    public void close() {}
}
