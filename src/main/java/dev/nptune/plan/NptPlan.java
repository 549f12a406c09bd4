package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel.ModuleOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns nested page tables on again.
final class NptPlan {
    private static final String RULE = "npt-off";
    private static final String MODULE = "kvm_amd";
    private static final String PARAMETER = "npt";

    private NptPlan() {}

    static void add(Draft draft, Host host, Diagnosis diagnosis, Map<String, String> files) {
        Optional<Finding> off = diagnosis.finding(RULE);
        if (off.isEmpty()) {
            return;
        }
        if (diagnosis.fired("npt-gpat")) {
            draft.leave(
                    RULE,
                    "left off. This kernel may ignore the guest's memory types under nested paging,"
                            + " which costs more than NPT gains: upgrade the kernel first.");
            return;
        }
        if (diagnosis.unknown().stream().anyMatch(u -> u.rule().equals("npt-gpat"))) {
            draft.note("npt-gpat could not be decided: if frame rates fall with NPT on, look at the kernel's age.");
        }
        boolean edited = editFiles(draft, host, files);
        String commandLine = host.kernel().commandLine().get().orElse("");
        if (HostFacts.words(commandLine).stream().anyMatch(NptPlan::turnsOff)) {
            draft.leave(
                    RULE,
                    "the kernel command line says kvm_amd.npt=0, which a module reload does not undo:"
                            + " remove it from the boot loader's configuration and reboot.");
        } else if (edited) {
            String before = off.get().evidence().getFirst().found();
            String after = off.get().evidence().getFirst().wanted();
            draft.change(new Change.ReloadModule(
                    "Load kvm_amd again with nested page tables on", List.of(RULE), MODULE, PARAMETER, before, after));
            draft.note(
                    "npt-off: if the initramfs loads kvm_amd, rebuild it, or its old copy of the options comes back at boot.");
        }
    }

    /// Whether a word of the command line sets the parameter to false; the kernel takes `-` for `_`.
    private static boolean turnsOff(String word) {
        String plain = word.replace('-', '_');
        return plain.startsWith("kvm_amd.npt=") && HostFacts.isFalse(plain.substring("kvm_amd.npt=".length()));
    }

    /// Drops the option from every file that sets it false.
    ///
    /// @return whether no file is left that would turn NPT off again at the next load
    private static boolean editFiles(Draft draft, Host host, Map<String, String> files) {
        // from the last line up, so that the numbers of the lines above stay right
        List<ModuleOption> lines = HostFacts.options(host, MODULE, PARAMETER)
                .filter(o -> o.options().stream().anyMatch(NptPlan::isOff))
                .sorted(Comparator.comparingInt(ModuleOption::line).reversed())
                .toList();
        Map<String, String> edited = new LinkedHashMap<>();
        for (ModuleOption line : lines) {
            String text = edited.getOrDefault(line.file(), files.get(line.file()));
            Optional<String> after =
                    Optional.ofNullable(text).flatMap(t -> ModprobeText.drop(t, line.line(), MODULE, PARAMETER));
            if (after.isEmpty()) {
                draft.leave(
                        RULE,
                        line.file() + " line " + line.line() + " sets npt=0, but "
                                + (text == null ? "its text was not read" : "its text says otherwise now")
                                + ": remove the option by hand, then scan again.");
                return false;
            }
            edited.put(line.file(), after.get());
        }
        edited.forEach((path, after) -> draft.change(new Change.EditFile(
                after.isEmpty() ? "Remove " + path + ", which only sets npt=0" : "Drop npt=0 from " + path,
                List.of(RULE),
                path,
                files.get(path),
                after.isEmpty() ? null : after)));
        return true;
    }

    private static boolean isOff(String option) {
        return option.startsWith("npt=") && HostFacts.isFalse(option.substring("npt=".length()));
    }
}
