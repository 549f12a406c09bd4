package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import java.util.List;
import java.util.Optional;

/// What a libvirt hook of ours leaves on the machine while it has something to give back.
///
/// Called with [#GIVE_BACK] alone it gives that back, whatever its VM is called, and ends with 0; a hook for the
/// screen refuses while the VM runs, says so on stderr and ends with 1.
///
/// @param state the file below `/run` that is there as long as there is something to give back, `nptune/…`
/// @param begins how that file begins then
/// @param screen whether it is the host's screen, which cannot be given back while the VM runs
public record HookTraces(String state, String begins, boolean screen) {
    public static final List<String> GIVE_BACK = List.of("nptune", "release");

    /// Those of a file, if it is a hook of ours that takes anything.
    ///
    /// @param path absolute
    /// @param text what is in it; the mark stands below the shell's own line
    public static Optional<HookTraces> of(String path, String text) {
        if (!OwnHooks.isPlace(path)
                || OwnHooks.isHostdevs(path)
                || text.lines().limit(2).noneMatch(line -> line.startsWith(HostFacts.OWN_HOOK))) {
            return Optional.empty();
        }
        String name = HookScript.name(path);
        return Optional.of(
                OwnHooks.isScreen(path)
                        ? new HookTraces("nptune/screen/taken", "owner " + name + " ", true)
                        : new HookTraces("nptune/" + name + ".cpus", "", false));
    }
}
