package dev.nptune.apply;

import dev.nptune.plan.Change.DefineDomain;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Defines libvirt domains that were not there, and takes that back: the definition and the firmware's variables go,
/// disks stay.
final class NewDomains {
    private static final String OFF = "shut off";

    private final Libvirt libvirt;

    NewDomains(Libvirt libvirt) {
        this.libvirt = libvirt;
    }

    List<String> differences(DefineDomain change) throws IOException {
        String name = DomainXml.text(change.after(), "domain/name");
        if (!name.equals(change.domain())) {
            return List.of("the XML to define is that of VM " + Text.quoted(name) + ", not of "
                    + Text.quoted(change.domain()));
        }
        if (libvirt.uuid(change.domain()).isPresent()) {
            return List.of("VM " + Text.quoted(change.domain()) + " is there already; choose another name");
        }
        String uuid = DomainXml.text(change.after(), "domain/uuid");
        Optional<String> other = uuid.isEmpty() ? Optional.empty() : libvirt.name(uuid);
        return other.map(o -> List.of("the UUID " + Text.quoted(uuid) + " is that of VM " + Text.quoted(o)))
                .orElse(List.of());
    }

    /// What libvirt made of it, its UUID and addresses included; empty if there is no such domain.
    Optional<String> xml(String domain) throws IOException {
        Optional<String> uuid = libvirt.uuid(domain);
        return uuid.isPresent() ? Optional.of(libvirt.inactiveXml(uuid.get())) : Optional.empty();
    }

    void undo(Undo.OfDomain undo, UndoMode mode) throws IOException {
        Optional<String> uuid = libvirt.uuid(undo.domain());
        if (uuid.isEmpty()) {
            return;
        }
        if (!mode.force() && !ours(undo, libvirt.inactiveXml(uuid.get()), mode)) {
            throw new ConflictException("VM " + Text.quoted(undo.domain())
                    + " was edited after it was made; keep it, or force the rollback");
        }
        String state = libvirt.state(uuid.get());
        if (!state.equals(OFF)) {
            throw new IOException("VM " + Text.quoted(undo.domain()) + " is " + state
                    + "; shut it down and take the change back then");
        }
        libvirt.undefine(uuid.get());
        if (libvirt.uuid(undo.domain()).isPresent()) {
            throw new IOException("VM " + Text.quoted(undo.domain()) + " was undefined, but libvirt still has it");
        }
    }

    private static boolean ours(Undo.OfDomain undo, String now, UndoMode mode) throws IOException {
        return undo.after() == null
                ? !mode.settled()
                        && DomainXml.missing(null, undo.planned(), now).isEmpty()
                : now.equals(undo.after());
    }
}
