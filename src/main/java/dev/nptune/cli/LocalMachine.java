package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.Journals;
import dev.nptune.apply.Modules;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.LiveCommands;
import dev.nptune.host.MachineSource;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The machine the program runs on.
///
/// @param root its root directory
/// @param libvirt the system's libvirt
/// @param environment the environment variables
record LocalMachine(Path root, Libvirt libvirt, Map<String, String> environment) {
    static LocalMachine of(Map<String, String> environment) {
        return new LocalMachine(Path.of("/"), new Libvirt("qemu:///system"), environment);
    }

    Host scan() {
        return HostReader.read(new MachineSource(root, Coverage.WHOLE, LiveCommands.ofThisMachine()));
    }

    /// Reads a domain from libvirt.
    ///
    /// @param name its name; null for the only one there is
    Domain domain(@Nullable String name) throws UserException {
        try {
            return Domain.parse(libvirt.inactiveXml(name == null ? onlyDomain() : name));
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot read the VM's XML: " + e.getMessage(), "look at it with: virsh dumpxml", e);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read the VM" + (name == null ? "" : " '" + name + "'") + " from libvirt: " + e.getMessage(),
                    "list the VMs with: virsh -c qemu:///system list --all",
                    e);
        }
    }

    private String onlyDomain() throws IOException, UserException {
        List<String> domains = libvirt.domains();
        if (domains.size() == 1) {
            return domains.getFirst();
        }
        throw new UserException(
                Exit.WRONG_USE,
                domains.isEmpty() ? "libvirt has no VM on this machine" : "there are several VMs: which one?",
                domains.isEmpty()
                        ? "define one first (virsh define, virt-manager)"
                        : "name one of: " + String.join(", ", domains));
    }

    /// The text of every file that the planner may edit or must know.
    Map<String, String> moduleFiles(Host host) {
        return PlanFiles.read(root, host);
    }

    /// Fails if the program does not run as root.
    void requireRoot(String command) throws IOException, UserException {
        if (!isRoot()) {
            throw new UserException(
                    Exit.CANNOT,
                    "'nptune " + command + "' changes the system and needs root",
                    "run it again with sudo");
        }
    }

    boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    Journals journals() throws IOException {
        return new Journals(Journals.base(isRoot(), environment, Cli.home(environment)));
    }

    Applier applier() throws IOException {
        String modprobe = Programs.find("modprobe", environment.get("PATH"))
                .map(Path::toString)
                .orElse("modprobe");
        return new Applier(root, libvirt, new Modules(modprobe), journals());
    }
}
