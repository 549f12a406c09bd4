package dev.nptune.apply;

import dev.nptune.internal.proc.Exec;
import dev.nptune.plan.HookTraces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A libvirt hook of ours that has something to give back, and alone knows how: before its file goes or becomes
/// another, it is run for that.
///
/// CPUs can be given back at any time. The screen cannot while the VM has the card, so that file stays until the VM
/// is off.
///
/// @param file the hook
/// @param state what is there as long as there is something to give back
/// @param screen whether it is the host's screen
record RunningHook(Path file, Path state, boolean screen) {
    /// Longer than a hook for the screen waits for all its steps together, if each takes as long as it may.
    private static final Duration LIMIT = Duration.ofMinutes(8);

    /// The hook in a file, if it is one of ours and has something to give back.
    ///
    /// @param path the file as the machine names it
    /// @param run the machine's `/run`
    static Optional<RunningHook> of(Path file, String path, Path run) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > FileExecutor.MAX_SIZE) {
            return Optional.empty();
        }
        Optional<HookTraces> traces = HookTraces.of(path, text(file));
        if (traces.isEmpty()) {
            return Optional.empty();
        }
        Path state = run.resolve(traces.get().state());
        return Files.isRegularFile(state) && text(state).startsWith(traces.get().begins())
                ? Optional.of(new RunningHook(file, state, traces.get().screen()))
                : Optional.empty();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /// What stands against changing the file now.
    Optional<String> obstacle() {
        return screen
                ? Optional.of(
                        file + " has given the host's screen to a VM, and only it can bring that back: shut the VM"
                                + " down first; if it is off already, run as root: " + Text.word(file.toString())
                                + " nptune release")
                : Optional.empty();
    }

    /// Has all given back.
    ///
    /// @return what went wrong, if that is no reason to leave the file alone; empty if nothing did
    /// @throws ConflictException if the screen is not given back, so that the file must stay
    String giveBack() throws ConflictException {
        String trouble = trouble();
        if (!trouble.isEmpty() && screen) {
            throw new ConflictException(file + " stays: " + trouble);
        }
        return trouble.isEmpty()
                ? ""
                : file + " could not give the host its CPUs back (" + trouble
                        + "): they are the host's again after a reboot";
    }

    /// What giving back runs.
    List<String> command() {
        return Stream.concat(Stream.of("/bin/sh", file.toString()), HookTraces.GIVE_BACK.stream())
                .toList();
    }

    private String trouble() {
        try {
            Exec.Result result = Exec.runShielded(LIMIT, command());
            if (result.ok() && !Files.exists(state)) {
                return "";
            }
            String complaint = result.complaint().replaceFirst("^nptune: ", "");
            return complaint.isEmpty() ? "it ended with status " + result.exit() + " and left " + state : complaint;
        } catch (IOException e) {
            return Executors.message(e);
        }
    }
}
