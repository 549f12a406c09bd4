package dev.nptune.apply;

import dev.nptune.plan.Change.OstreeArguments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Changes kernel arguments by rpm-ostree, which writes a new deployment and keeps the one before as the second entry
/// of the boot menu.
final class OstreeExecutor implements ChangeExecutor<OstreeArguments, Undo.OfOstree> {
    private static final String PROGRAM = "rpm-ostree";

    private final Machine machine;

    OstreeExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(OstreeArguments change) throws IOException {
        if (machine.tools().find(PROGRAM).isEmpty()) {
            return List.of(PROGRAM + " is not installed");
        }
        String now = now();
        return now.equals(change.before().strip())
                ? List.of()
                : List.of("the kernel arguments were "
                        + Text.quoted(change.before().strip()) + ", are now " + Text.quoted(now));
    }

    @Override
    public List<String> steps(OstreeArguments change) {
        return List.of(Text.commandLine(argv(change.append(), change.delete())));
    }

    @Override
    public List<String> stepsBack(Undo.OfOstree undo, Place place) throws IOException {
        List<String> now = words(now());
        List<String> back = undo.delete().stream().filter(a -> !now.contains(a)).toList();
        List<String> away = undo.append().stream().filter(now::contains).toList();
        return back.isEmpty() && away.isEmpty() ? List.of() : List.of(Text.commandLine(argv(back, away)));
    }

    @Override
    public Undo.OfOstree prepare(OstreeArguments change, Place place) {
        return new Undo.OfOstree(change.before().strip(), change.append(), change.delete());
    }

    @Override
    public Undo.OfOstree act(OstreeArguments change, Undo.OfOstree undo, Place place) throws IOException {
        edit(change.append(), change.delete());
        place.at(FaultHook.Phase.DURING_ACT);
        return undo;
    }

    @Override
    public void verify(OstreeArguments change, Undo.OfOstree undo) throws IOException {
        List<String> now = words(now());
        for (String wanted : change.append()) {
            if (!now.contains(wanted)) {
                throw new IOException(PROGRAM + " ran, but the kernel arguments lack " + Text.quoted(wanted));
            }
        }
        for (String unwanted : change.delete()) {
            if (now.contains(unwanted) && !change.append().contains(unwanted)) {
                throw new IOException(PROGRAM + " ran, but the kernel arguments still have " + Text.quoted(unwanted));
            }
        }
    }

    @Override
    public boolean isAsBefore(Undo.OfOstree undo, Place place) throws IOException {
        List<String> now = words(now());
        return now.stream()
                .sorted()
                .toList()
                .equals(words(undo.before()).stream().sorted().toList());
    }

    @Override
    public String undo(Undo.OfOstree undo, Place place, UndoMode mode) throws IOException {
        if (isAsBefore(undo, place)) {
            return "";
        }
        List<String> now = words(now());
        List<String> back = undo.delete().stream().filter(a -> !now.contains(a)).toList();
        List<String> away = undo.append().stream().filter(now::contains).toList();
        if (back.isEmpty() && away.isEmpty()) {
            return "the kernel arguments were changed since; what was added is not among them";
        }
        edit(back, away);
        place.at(FaultHook.Phase.DURING_UNDO);
        return isAsBefore(undo, place) ? "" : "other kernel arguments were changed since, and stay";
    }

    @Override
    public String byHand(Undo.OfOstree undo, Place place) {
        List<String> back = undo.delete();
        List<String> away = undo.append();
        return String.join(" ", argv(back, away).stream().map(Text::word).toList());
    }

    private void edit(List<String> append, List<String> delete) throws IOException {
        machine.tools().run(argv(append, delete));
    }

    private static List<String> argv(List<String> append, List<String> delete) {
        List<String> argv = new ArrayList<>(List.of(PROGRAM, "kargs"));
        Stream.concat(append.stream().map(a -> "--append=" + a), delete.stream().map(a -> "--delete=" + a))
                .forEach(argv::add);
        return argv;
    }

    private String now() throws IOException {
        return machine.tools().run(List.of(PROGRAM, "kargs")).strip();
    }

    private static List<String> words(String arguments) {
        return arguments.isBlank() ? List.of() : List.of(arguments.strip().split("\\s+"));
    }
}
