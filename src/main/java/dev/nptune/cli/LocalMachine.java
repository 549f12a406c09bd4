package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.Journals;
import dev.nptune.apply.Modules;
import dev.nptune.apply.Tools;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.LiveCommands;
import dev.nptune.host.MachineSource;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import dev.nptune.vm.DomainSchema;
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
record LocalMachine(Path root, Libvirt libvirt, Map<String, String> environment) implements ReadableMachine {
    static LocalMachine of(Map<String, String> environment) {
        return new LocalMachine(Path.of("/"), new Libvirt("qemu:///system"), environment);
    }

    @Override
    public Host scan() {
        return HostReader.read(new MachineSource(root, Coverage.WHOLE, LiveCommands.ofThisMachine()));
    }

    @Override
    public Domain validated(Domain domain) {
        return domain.validated(root.resolve("." + DomainSchema.FOLDER).normalize());
    }

    /// Reads a domain from libvirt.
    ///
    /// @param name its name; null for the only one there is
    @Override
    public Domain definedDomain(@Nullable String name) throws UserException {
        try {
            return validated(Domain.parse(libvirt.inactiveXml(name == null ? onlyDomain() : name)));
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot read the VM's XML: " + e.getMessage(), "look at it with: virsh dumpxml", e);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read the VM" + (name == null ? "" : " '" + name + "'") + " from libvirt: " + e.getMessage(),
                    afterLibvirtFailed(String.valueOf(e.getMessage())),
                    e);
        }
    }

    @Override
    public List<String> domains() throws UserException {
        try {
            return libvirt.domains();
        } catch (IOException e) {
            String complaint = String.valueOf(e.getMessage());
            throw new UserException(Exit.CANNOT, "cannot list the VMs: " + complaint, afterLibvirtFailed(complaint), e);
        }
    }

    /// What helps when virsh fails, by what it says in the C locale.
    static String afterLibvirtFailed(String complaint) {
        if (complaint.contains("Cannot run program")) {
            return "install virsh (on Debian and Ubuntu: apt install libvirt-clients libvirt-daemon-system)";
        }
        if (complaint.contains("Permission denied")
                || complaint.contains("authentication")
                || complaint.contains("access denied")) {
            return "run it with sudo, or join the group that may use libvirt: sudo usermod -aG libvirt \"$USER\"";
        }
        if (complaint.contains("Failed to connect socket") || complaint.contains("failed to connect")) {
            return "start libvirt: sudo systemctl start libvirtd (where there is no such unit: virtqemud.socket)";
        }
        return "list the VMs with: virsh -c qemu:///system list --all";
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

    /// Fails if the program does not run as root.
    ///
    /// @param why what root is needed for, as a clause
    void requireRoot(String command, String why) throws IOException, UserException {
        if (!isRoot()) {
            throw needsRoot(command, why);
        }
    }

    static UserException needsRoot(String command, String why) {
        return new UserException(Exit.CANNOT, "'nptune " + command + "' needs root: " + why, "run it again with sudo");
    }

    boolean isRoot() throws IOException {
        return Files.getAttribute(root.resolve("proc/self"), "unix:uid").equals(0);
    }

    /// The runs that changed this machine. Only root changes it, so there is one place for them.
    Journals journals() {
        return new Journals(root.resolve(Journals.FOLDER));
    }

    Applier applier() {
        String modprobe = Programs.find("modprobe", environment.get("PATH"))
                .map(Path::toString)
                .orElse("modprobe");
        return new Applier(root, libvirt, new Modules(modprobe), new Tools(environment.get("PATH")), journals());
    }
}
