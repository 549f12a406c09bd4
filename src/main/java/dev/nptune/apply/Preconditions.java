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
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What has to hold before the first change of a plan is made.
///
/// A change of something that an earlier change of the plan changes too can be checked only once that is done, so it
/// is left out here. Room on a disk is looked at for all of them together: copies that are kept fill a small `/boot`
/// before the image that is built last has its turn.
final class Preconditions {
    private final Machine machine;
    private final Executors executors;
    /// What the changes so far will have filled, in bytes.
    private final Map<FileStore, Long> filled = new HashMap<>();

    Preconditions(Machine machine, Executors executors) {
        this.machine = machine;
        this.executors = executors;
    }

    /// The changes whose preconditions do not hold on the machine as it is.
    List<Difference> differences(Plan plan) {
        Set<String> touched = new HashSet<>();
        List<Difference> out = new ArrayList<>();
        for (int i = 0; i < plan.changes().size(); i++) {
            Change change = plan.changes().get(i);
            List<String> what = new ArrayList<>();
            if (touched.add(Executors.target(change))) {
                what.addAll(executors.differences(change));
                if (change instanceof Change.DefineDomain) {
                    what.addAll(executors.differences(plan.passed()));
                }
            }
            if (what.isEmpty()) {
                what.addAll(room(change));
            }
            if (!what.isEmpty()) {
                out.add(new Difference(i, change.summary(), what));
            }
        }
        return out;
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

    /// One that is told where to write writes beside the old file.
    private List<String> built(Change.Rebuild change) throws IOException {
        Path file = machine.locate(change.outputs().getFirst());
        return change.builder().inPlace() || !Files.exists(file)
                ? List.of()
                : lacking(Files.getFileStore(file), file, Files.size(file));
    }

    private List<String> lacking(FileStore disk, Path file, long bytes) throws IOException {
        return Disk.lacking(Disk.directory(file), filled.getOrDefault(disk, 0L) + bytes, disk);
    }
}
