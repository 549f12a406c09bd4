package dev.nptune.apply;

import dev.nptune.plan.Change.ReloadModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Unloads and loads modules.
///
/// Making the change loads the module with what modprobe's configuration says, so that reading the
/// parameter back proves that the next boot will have it too. Taking it back gives the old value on
/// modprobe's command line, so that it does not matter whether the configuration was taken back before.
final class ModuleExecutor implements ChangeExecutor<ReloadModule, Undo.OfModule> {
    private final Machine machine;

    ModuleExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(ReloadModule change) throws IOException {
        Path parameter = parameter(change.module(), change.parameter());
        if (!Files.exists(parameter)) {
            return List.of("module " + change.module() + " is not loaded, or has no parameter " + change.parameter());
        }
        String now = SysfsFile.read(parameter);
        if (!now.equals(change.before())) {
            return List.of(parameter + " was " + Text.quoted(change.before()) + ", is now " + Text.quoted(now));
        }
        return users(change.module());
    }

    /// Why a module cannot be unloaded now; empty if it can.
    private List<String> users(String module) throws IOException {
        Path count = machine.locate("/sys/module/" + Modules.checked(module) + "/refcnt");
        if (!Files.exists(count)) {
            return List.of("module " + module + " is built into the kernel and cannot be reloaded;"
                    + " give the parameter on the kernel command line and reboot");
        }
        String users = SysfsFile.read(count);
        if (users.equals("0")) {
            return List.of();
        }
        List<String> running = module.startsWith("kvm") ? running() : List.of();
        return List.of("module " + module + " is in use (" + users + " users"
                + (running.isEmpty() ? "" : "; VMs that are on: " + String.join(", ", running))
                + "); shut down what uses it");
    }

    /// VMs that are on, as a help to the reader: the module's own count is what decides.
    private List<String> running() {
        try {
            List<String> running = new ArrayList<>();
            for (String domain : machine.libvirt().domains()) {
                if (!machine.libvirt().state(domain).equals("shut off")) {
                    running.add(Text.quoted(domain));
                }
            }
            return running;
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public List<String> steps(ReloadModule change) {
        return List.of(
                Text.commandLine(machine.modules().unloading(change.module())),
                Text.commandLine(machine.modules().loading(change.module())));
    }

    @Override
    public List<String> stepsBack(Undo.OfModule undo, Place place) throws IOException {
        return isAsBefore(undo, place)
                ? List.of()
                : List.of(
                        Text.commandLine(machine.modules().unloading(undo.module())),
                        Text.commandLine(machine.modules().loading(undo.module(), undo.parameter(), undo.before())));
    }

    @Override
    public Undo.OfModule prepare(ReloadModule change, Place place) {
        return new Undo.OfModule(change.module(), change.parameter(), change.before(), change.after());
    }

    @Override
    public Undo.OfModule act(ReloadModule change, Undo.OfModule undo, Place place) throws IOException {
        machine.modules().unload(change.module());
        place.at(FaultHook.Phase.DURING_ACT);
        machine.modules().load(change.module());
        return undo;
    }

    @Override
    public void verify(ReloadModule change, Undo.OfModule undo) throws IOException {
        Path parameter = parameter(change.module(), change.parameter());
        String now = Files.exists(parameter) ? SysfsFile.read(parameter) : "";
        if (!now.equals(change.after())) {
            throw new IOException("after a reload " + parameter + " is " + Text.quoted(now) + ", not "
                    + Text.quoted(change.after())
                    + ": another file in /etc/modprobe.d or the kernel command line may set it");
        }
    }

    @Override
    public void check(Undo.OfModule undo, Place place, UndoMode mode) throws IOException {
        Path parameter = parameter(undo.module(), undo.parameter());
        if (!Files.exists(parameter) || isAsBefore(undo, place)) {
            return;
        }
        String now = SysfsFile.read(parameter);
        if (!now.equals(undo.after()) && !mode.force()) {
            if (mode.rebooted()) {
                return;
            }
            throw new ConflictException(
                    parameter + " was set to " + Text.quoted(now) + " after the change was made", "leave it");
        }
        List<String> users = users(undo.module());
        if (!users.isEmpty()) {
            throw new IOException(String.join("; ", users));
        }
    }

    @Override
    public String undo(Undo.OfModule undo, Place place, UndoMode mode) throws IOException {
        Path parameter = parameter(undo.module(), undo.parameter());
        if (Files.exists(parameter)) {
            String now = SysfsFile.read(parameter);
            if (now.equals(undo.before())) {
                return "";
            }
            check(undo, place, mode);
            if (!now.equals(undo.after()) && !mode.force()) {
                return parameter + " was set anew when the machine booted";
            }
            machine.modules().unload(undo.module());
            place.at(FaultHook.Phase.DURING_UNDO);
        }
        machine.modules().load(undo.module(), undo.parameter(), undo.before());
        String now = Files.exists(parameter) ? SysfsFile.read(parameter) : "";
        if (!now.equals(undo.before())) {
            throw new IOException(
                    parameter + " was set back to " + Text.quoted(undo.before()) + " but reads " + Text.quoted(now));
        }
        return "";
    }

    @Override
    public boolean isAsBefore(Undo.OfModule undo, Place place) throws IOException {
        Path parameter = parameter(undo.module(), undo.parameter());
        return Files.exists(parameter) && SysfsFile.read(parameter).equals(undo.before());
    }

    @Override
    public String byHand(Undo.OfModule undo, Place place) {
        return "modprobe -r " + undo.module() + " && modprobe " + undo.module() + " " + undo.parameter() + "="
                + Text.word(undo.before());
    }

    private Path parameter(String module, String parameter) throws IOException {
        return machine.locate("/sys/module/" + Modules.checked(module) + "/parameters/" + Modules.checked(parameter));
    }
}
