package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.nio.file.Path;

/// What a machine's programs answered when a snapshot of it was taken.
///
/// For each command the snapshot holds `nptune-gather/commands/KEY.status`, its exit status or `absent` if the
/// program
/// is not installed; `KEY.out`, what it wrote; and `KEY.err`, what it complained. Of each file up to 1 MiB is read,
/// and
/// no link leads out of the snapshot.
public final class RecordedCommands implements Commands {
    static final String DIRECTORY = "/nptune-gather/commands/";

    private final Tree tree;

    private RecordedCommands(Tree tree) {
        this.tree = tree;
    }

    /// The answers in a snapshot.
    ///
    /// @param root where it is unpacked, in any file system
    /// @throws IllegalArgumentException if that is no directory
    public static RecordedCommands in(Path root) {
        return new RecordedCommands(
                new Tree(new MachineSource(root, Coverage.UNSTATED, Commands.unavailable("not asked again"))));
    }

    @Override
    public Fact<String> output(Command command) {
        String source = command.line();
        String file = DIRECTORY + command.key();
        return switch (tree.value(file + ".status")) {
            case Fact.Known<String>(String status, String _) -> answer(source, status, file);
            case Fact.Absent<String> _ -> Fact.unreadable(source, "not in the snapshot");
            case Fact.Unreadable<String>(String _, String reason) -> Fact.unreadable(source, reason);
        };
    }

    private Fact<String> answer(String source, String status, String file) {
        if (status.equals("absent")) {
            return Fact.absent(source);
        }
        return status.equals("0")
                ? from(source, tree.text(file + ".out"))
                : Fact.unreadable(source, complaint(status, file));
    }

    private static Fact<String> from(String source, Fact<String> output) {
        return switch (output) {
            case Fact.Known<String>(String text, String _) -> Fact.known(text, source);
            case Fact.Absent<String> _ -> Fact.unreadable(source, "not in the snapshot");
            case Fact.Unreadable<String>(String _, String reason) -> Fact.unreadable(source, reason);
        };
    }

    private String complaint(String status, String file) {
        String first = tree.text(file + ".err").get().stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .map(line -> ": " + Values.brief(line))
                .orElse("");
        return "exit status " + Printable.brief(status, 20) + first;
    }
}
