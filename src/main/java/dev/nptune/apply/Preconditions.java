package dev.nptune.apply;

import dev.nptune.apply.ApplyResult.Difference;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What has to hold before the first change of a plan is made.
///
/// A change of something that an earlier change of the plan changes too can be checked only once that is done, so it
/// is left out here; not so whether a menu can be built in which an entry is kept first. Room on a disk is looked at
/// for all of them together: copies that are kept fill a small `/boot` before the image that is built last has its
/// turn. So is room for the copies beside the journal of what is replaced.
final class Preconditions {
    private final Machine machine;
    private final Executors executors;
    private final Path state;
    /// What the changes so far will have filled, in bytes.
    private final Map<FileStore, Long> filled = new HashMap<>();

    /// @param state the directory that holds the journals; it need not be there
    Preconditions(Machine machine, Executors executors, Path state) {
        this.machine = machine;
        this.executors = executors;
        this.state = state;
    }

    /// The changes whose preconditions do not hold on the machine as it is.
    List<Difference> differences(Plan plan) {
        Set<String> touched = new HashSet<>();
        List<Difference> out = new ArrayList<>();
        Replaced replaced = replaced(plan.changes());
        for (int i = 0; i < plan.changes().size(); i++) {
            Change change = plan.changes().get(i);
            List<String> what = new ArrayList<>();
            if (touched.add(key(change))) {
                what.addAll(executors.differences(change));
                if (change instanceof Change.DefineDomain) {
                    what.addAll(executors.differences(plan.passed()));
                }
            }
            if (what.isEmpty()) {
                what.addAll(room(change));
            }
            if (i == replaced.largest()) {
                what.addAll(replaced.lacking());
            }
            if (!what.isEmpty()) {
                out.add(new Difference(i, change.summary(), what));
            }
        }
        return out;
    }

    /// What is built is asked only whether it is there, which an edit of it before changes nothing about.
    private static String key(Change change) {
        return (change instanceof Change.Rebuild ? "build " : "") + Executors.target(change);
    }

    private List<String> room(Change change) {
        try {
            return switch (change) {
                case Change.KeepCopy c -> kept(machine.locate(c.from()), machine.locate(c.to()));
                case Change.Rebuild c -> built(c);
                case Change.EditFile _,
                        Change.ReloadModule _,
                        Change.WriteSysfs _,
                        Change.DefineDomain _,
                        Change.BindDriver _,
                        Change.EditBootEntry _,
                        Change.SetGrubVariable _,
                        Change.OstreeArguments _ -> List.of();
            };
        } catch (IOException e) {
            return List.of(Executors.message(e));
        }
    }

    /// The new copy is written beside an old one before it takes its place.
    private List<String> kept(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return List.of();
        }
        FileStore disk = Files.getFileStore(Disk.directory(to));
        List<String> lacking = lacking(disk, to, Files.size(from));
        filled.merge(disk, Files.size(from) - (Files.exists(to) ? Files.size(to) : 0), Long::sum);
        return lacking;
    }

    /// A program that is told where to write writes beside the old file. One that is not may do so too, file by file;
    /// and if it fails, each is put back from a copy that needs as much.
    private List<String> built(Change.Rebuild change) throws IOException {
        Map<FileStore, Path> largest = new LinkedHashMap<>();
        for (String output : change.outputs()) {
            Path file = machine.locate(output);
            if (Files.exists(file)) {
                FileStore disk = Files.getFileStore(file);
                Path other = largest.get(disk);
                if (other == null || Files.size(other) < Files.size(file)) {
                    largest.put(disk, file);
                }
            }
        }
        List<String> out = new ArrayList<>();
        for (Map.Entry<FileStore, Path> file : largest.entrySet()) {
            out.addAll(lacking(file.getKey(), file.getValue(), Files.size(file.getValue())));
        }
        return out;
    }

    /// What all changes replace, of which copies are kept beside the journal.
    ///
    /// @param largest the change of which most is kept; -1 if nothing is
    /// @param lacking what is told where there is no room for it
    private record Replaced(int largest, List<String> lacking) {}

    private Replaced replaced(List<Change> changes) {
        int largest = -1;
        long most = 0;
        long sum = 0;
        for (int i = 0; i < changes.size(); i++) {
            long bytes = replaced(changes.get(i));
            if (bytes > most) {
                largest = i;
                most = bytes;
            }
            sum += bytes;
        }
        if (largest < 0) {
            return new Replaced(largest, List.of());
        }
        try {
            Path folder = state.toAbsolutePath();
            while (!Files.isDirectory(folder)) {
                folder = Disk.directory(folder);
            }
            FileStore disk = Files.getFileStore(folder);
            filled.merge(disk, sum, Long::sum);
            return new Replaced(
                    largest,
                    Disk.lacking(folder, sum, disk).stream()
                            .map(l -> l + ", for copies of what is replaced")
                            .toList());
        } catch (IOException e) {
            return new Replaced(largest, List.of(Executors.message(e)));
        }
    }

    /// In bytes; what cannot be found out is told where the change itself is looked at.
    private long replaced(Change change) {
        return switch (change) {
            case Change.EditFile c -> c.before() == null ? 0 : size(c.path());
            case Change.KeepCopy c -> size(c.to());
            case Change.Rebuild c -> c.outputs().stream().mapToLong(this::size).sum();
            case Change.EditBootEntry c -> size(c.path());
            case Change.DefineDomain c -> c.before() == null ? 0 : c.before().length();
            case Change.ReloadModule _,
                    Change.WriteSysfs _,
                    Change.BindDriver _,
                    Change.SetGrubVariable _,
                    Change.OstreeArguments _ -> 0;
        };
    }

    private long size(String path) {
        try {
            Path file = machine.locate(path);
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private List<String> lacking(FileStore disk, Path file, long bytes) throws IOException {
        return Disk.lacking(Disk.directory(file), filled.getOrDefault(disk, 0L) + bytes, disk);
    }
}
