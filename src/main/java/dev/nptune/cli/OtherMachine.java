package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A machine that is not this one, read into memory.
///
/// Its domains are what libvirt keeps in `/etc/libvirt/qemu`; which of them run, and domains that are not persistent,
/// are not seen.
record OtherMachine(MachineSource source) implements ReadableMachine {
    private static final String DOMAINS = "etc/libvirt/qemu";

    @Override
    public Path root() {
        return source.root();
    }

    @Override
    public Host scan() {
        return HostReader.read(source);
    }

    @Override
    public Domain definedDomain(@Nullable String name) throws UserException {
        List<String> names = domains();
        String wanted = name == null && names.size() == 1 ? names.getFirst() : name;
        if (wanted == null || !names.contains(wanted)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    wanted == null
                            ? (names.isEmpty()
                                    ? "no VM is defined there that could be read"
                                    : "there are several VMs: which one?")
                            : "no VM '" + Printable.line(wanted) + "' is defined there",
                    names.isEmpty()
                            ? "gather as root, or give the VM's XML as a file: virsh dumpxml --inactive VM > VM.xml"
                            : "name one of: " + Printable.line(String.join(", ", names)));
        }
        return ReadableMachine.fromFile(root().resolve(DOMAINS).resolve(wanted + ".xml"));
    }

    @Override
    public List<String> domains() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root().resolve(DOMAINS))) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.endsWith(".xml") && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(name.substring(0, name.length() - ".xml".length()));
                }
            }
        } catch (IOException _) {
            return List.of();
        }
        return names.stream().sorted().toList();
    }
}
