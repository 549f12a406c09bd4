package dev.nptune.apply;

import dev.nptune.plan.Change.WriteSysfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Writes values below `/sys` and `/proc/sys`. They last until the next boot.
final class SysfsExecutor implements ChangeExecutor<WriteSysfs, Undo.OfSysfs> {
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final Machine machine;

    SysfsExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(WriteSysfs change) throws IOException {
        if (!change.path().startsWith("/sys/") && !change.path().startsWith("/proc/sys/")) {
            return List.of(Text.quoted(change.path()) + " is neither below /sys nor below /proc/sys");
        }
        Path file = machine.locate(change.path());
        if (!Files.isRegularFile(file)) {
            return List.of(file + " is not there: this kernel has no such setting");
        }
        String now = SysfsFile.read(file);
        if (!now.equals(change.before())) {
            return List.of(file + " was " + Text.quoted(change.before()) + ", is now " + Text.quoted(now));
        }
        return Files.isWritable(file) ? List.of() : List.of(Disk.CANNOT_WRITE + file + "; run as root");
    }

    @Override
    public List<String> steps(WriteSysfs change) throws IOException {
        Path file = machine.locate(change.path());
        List<String> out = new ArrayList<>();
        if (isOfHugePages(file) && Files.exists(compaction())) {
            out.add(writing(compaction(), "1"));
        }
        out.add(writing(file, change.after()));
        return out;
    }

    @Override
    public List<String> stepsBack(Undo.OfSysfs undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        return !Files.exists(file) || isAsBefore(undo, place) ? List.of() : List.of(writing(file, undo.before()));
    }

    private static String writing(Path file, String value) {
        return "write " + Text.quoted(value) + " to " + file;
    }

    @Override
    public List<String> lapsed(WriteSysfs change, Undo.OfSysfs undo) throws IOException {
        Path file = machine.locate(undo.path());
        String now = SysfsFile.read(file);
        return now.equals(change.after())
                ? List.of()
                : List.of(file + " was set to " + Text.quoted(change.after()) + ", is now " + Text.quoted(now));
    }

    @Override
    public Undo.OfSysfs prepare(WriteSysfs change, Place place) throws IOException {
        return new Undo.OfSysfs(machine.inside(machine.locate(change.path())), change.before(), change.after());
    }

    @Override
    public Undo.OfSysfs act(WriteSysfs change, Undo.OfSysfs undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        if (isOfHugePages(file)) {
            compact();
        }
        SysfsFile.write(file, change.after());
        return undo;
    }

    /// Has the kernel move pages together, so that more memory is free in pieces of a huge page.
    private void compact() throws IOException {
        if (Files.exists(compaction())) {
            SysfsFile.write(compaction(), "1");
        }
    }

    private Path compaction() throws IOException {
        return machine.locate("/proc/sys/vm/compact_memory");
    }

    private static boolean isOfHugePages(Path file) {
        return file.endsWith("nr_hugepages");
    }

    @Override
    public void verify(WriteSysfs change, Undo.OfSysfs undo) throws IOException {
        Path file = machine.locate(undo.path());
        if (!SysfsFile.settles(SETTLE, () -> SysfsFile.read(file).equals(change.after()))) {
            throw new IOException(shortfall(file, change.after(), SysfsFile.read(file)));
        }
    }

    private static String shortfall(Path file, String asked, String got) {
        if (isOfHugePages(file)) {
            return "asked the kernel for " + asked + " huge pages (" + file + "), got " + got
                    + ": too little free memory in one piece; close programs or reboot and apply at once,"
                    + " or have them reserved at boot (hugepages=" + asked + " on the kernel command line)";
        }
        return file + " was set to " + Text.quoted(asked) + " but reads " + Text.quoted(got);
    }

    @Override
    public void check(Undo.OfSysfs undo, Place place, UndoMode mode) throws IOException {
        Path file = machine.locate(undo.path());
        if (mode.force() || mode.rebooted() || !mode.settled() || !Files.exists(file)) {
            return;
        }
        String now = SysfsFile.read(file);
        if (!now.equals(undo.before()) && !now.equals(undo.after())) {
            throw new ConflictException(
                    file + " was set to " + Text.quoted(now) + " after the change was made", "leave it");
        }
    }

    @Override
    public String undo(Undo.OfSysfs undo, Place place, UndoMode mode) throws IOException {
        Path file = machine.locate(undo.path());
        if (!Files.exists(file)) {
            return file + " is not there any more";
        }
        String now = SysfsFile.read(file);
        if (now.equals(undo.before())) {
            return "";
        }
        check(undo, place, mode);
        if (!now.equals(undo.after()) && !mode.force() && mode.rebooted()) {
            return file + " was set anew when the machine booted";
        }
        SysfsFile.write(file, undo.before());
        if (!SysfsFile.settles(SETTLE, () -> SysfsFile.read(file).equals(undo.before()))) {
            throw new IOException(file + " was set back to " + Text.quoted(undo.before()) + " but reads "
                    + Text.quoted(SysfsFile.read(file)));
        }
        return "";
    }

    @Override
    public boolean isAsBefore(Undo.OfSysfs undo, Place place) throws IOException {
        return SysfsFile.read(machine.locate(undo.path())).equals(undo.before());
    }

    @Override
    public String byHand(Undo.OfSysfs undo, Place place) {
        return "echo " + Text.word(undo.before()) + " > "
                + Text.word(machine.root().resolve(undo.path().substring(1)).toString());
    }
}
