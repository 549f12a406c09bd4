package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A machine for the commands that only read: this one, or another one from a snapshot or over SSH.
interface ReadableMachine {
    /// The largest modprobe configuration file, and the largest XML file, that is read, in bytes.
    int MAX_FILE = 4 << 20;

    /// Its root directory.
    Path root();

    Host scan();

    /// Names of its domains.
    List<String> domains() throws UserException;

    /// One of its domains.
    ///
    /// @param name its name; null for the only one there is
    Domain definedDomain(@Nullable String name) throws UserException;

    /// A domain by its name, or from a file that ends with `.xml`, which need not be defined on the machine.
    default Domain domain(@Nullable String vm) throws UserException {
        return vm != null && vm.endsWith(".xml") ? validated(fromFile(Path.of(vm))) : definedDomain(vm);
    }

    /// A domain held against the schema of the machine's libvirt. Only this machine's is trusted: one out of a snapshot
    /// may be anybody's.
    default Domain validated(Domain domain) {
        return domain;
    }

    /// The text of every file that the planner may edit or must know.
    default Map<String, String> moduleFiles(Host host) {
        return PlanFiles.read(root(), host);
    }

    /// Reads a domain from a file.
    ///
    /// @throws UserException if there is none, or no domain in it
    static Domain fromFile(Path file) throws UserException {
        String name = "'" + Printable.line(file.toString()) + "'";
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read the VM from " + name + ": no such file",
                    "give a VM's name or XML file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] xml = in.readNBytes(MAX_FILE + 1);
            if (xml.length > MAX_FILE) {
                throw new IOException("larger than " + (MAX_FILE >> 20) + " MiB");
            }
            return Domain.parse(new String(xml, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read the VM from " + name + ": "
                            + Printable.line(Objects.requireNonNullElse(e.getMessage(), "input error")),
                    "make one with: virsh dumpxml --inactive VM",
                    e);
        }
    }
}
