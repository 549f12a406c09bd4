package dev.nptune.cli;

import dev.nptune.host.RunningVm;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.watch.Exits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which running VM a command is about, and whom to ask for its exits.
final class RunningVmParameter {
    private static final Path ROOT = Path.of("/");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "VM",
            description = "The VM's name, or the number of its QEMU process; needed if several run.")
    private @Nullable String name;

    @Option(
            names = "--qmp",
            paramLabel = "SOCKET",
            description = "Ask QEMU itself for exits, by a monitor of its own (-qmp unix:SOCKET,server=on,wait=off)."
                    + " Of a VM of libvirt's, libvirt is asked.")
    private @Nullable Path qmp;

    boolean given() {
        return name != null || qmp != null;
    }

    /// The VM meant, as it runs now.
    ///
    /// @throws UserException if it does not run, or it is not clear which is meant
    RunningVm find() throws UserException {
        return find(RunningVm.list(ROOT), name);
    }

    /// A VM that was found before, as it runs now; empty if it does not.
    static Optional<RunningVm> findAgain(RunningVm before) {
        return again(RunningVm.list(ROOT), before);
    }

    /// The same process, or since it may have been started again one of the same name.
    static Optional<RunningVm> again(List<RunningVm> running, RunningVm before) {
        List<RunningVm> alike =
                running.stream().filter(vm -> vm.name().equals(before.name())).toList();
        Optional<RunningVm> same =
                alike.stream().filter(vm -> vm.pid() == before.pid()).findFirst();
        return same.isPresent() || before.name().isEmpty()
                ? same
                : alike.stream().findFirst();
    }

    static RunningVm find(List<RunningVm> running, @Nullable String name) throws UserException {
        List<RunningVm> meant = name == null
                ? running
                : running.stream().filter(vm -> is(vm, name)).toList();
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        String all = running.stream().map(RunningVmParameter::told).collect(Collectors.joining(", "));
        if (running.isEmpty()) {
            throw new UserException(
                    name == null ? Exit.WRONG_USE : Exit.CANNOT,
                    name == null
                            ? "no VM runs on this machine"
                            : "'" + Printable.line(name) + "' does not run; no VM does",
                    name == null ? "start one, and try again" : "start it: virsh start " + Printable.line(name));
        }
        if (name == null || !meant.isEmpty()) {
            throw new UserException(Exit.WRONG_USE, "there are several running VMs: which one?", "name one of: " + all);
        }
        List<String> near = NearMiss.of(
                name, running.stream().flatMap(vm -> vm.name().stream()).toList());
        throw new UserException(
                Exit.WRONG_USE,
                "no VM '" + Printable.line(name) + "' runs on this machine",
                near.isEmpty()
                        ? "these run: " + all
                        : "did you mean: " + Printable.line(String.join(", ", near)) + "?");
    }

    private static boolean is(RunningVm vm, String wanted) {
        return vm.name().filter(wanted::equals).isPresent()
                || Integer.toString(vm.pid()).equals(wanted);
    }

    private static String told(RunningVm vm) {
        return vm.name()
                .map(n -> Printable.line(n) + " (process " + vm.pid() + ")")
                .orElse("process " + vm.pid());
    }

    /// Whom to ask for exits.
    Exits exits(RunningVm vm) {
        if (qmp != null) {
            return new Exits.Monitor(qmp);
        }
        boolean ofLibvirt = vm.arguments().stream().anyMatch(a -> a.contains("/libvirt/qemu/"));
        if (!ofLibvirt || vm.name().isEmpty()) {
            return new Exits.Nobody("libvirt does not know this VM; give a monitor of its QEMU with --qmp");
        }
        boolean ofUser = vm.arguments().stream()
                .anyMatch(a -> a.contains("/.config/libvirt/qemu/") || a.contains("/.local/share/libvirt/qemu/"));
        return new Exits.Libvirt(
                ofUser ? "qemu:///session" : "qemu:///system", vm.name().get());
    }
}
