package dev.nptune.apply;

import dev.nptune.plan.Change.DefineDomain;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Defines libvirt domains that were not there, and takes that back: the definition and the firmware's variables go,
/// disks stay.
final class NewDomains {
    private static final String OFF = "shut off";

    private final Libvirt libvirt;
    private final DomainTraces traces;

    NewDomains(Machine machine) {
        this.libvirt = machine.libvirt();
        this.traces = new DomainTraces(machine.root());
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
        if (other.isPresent()) {
            return List.of("the UUID " + Text.quoted(uuid) + " is that of VM " + Text.quoted(other.get()));
        }
        return nvram(change.domain(), change.after())
                .map(file -> List.of("the firmware's variables of an earlier VM " + Text.quoted(change.domain())
                        + " are there, and the new one would start with them: " + file
                        + "; move the file away or choose another name"))
                .orElse(List.of());
    }

    /// The file with the firmware's variables of a domain, if it is there. libvirt makes it when the domain is started
    /// first, so that one of a domain that was not started yet is older than the domain.
    Optional<String> nvram(String domain, String xml) throws IOException {
        Optional<String> path = traces.nvram(domain, xml);
        return path.isPresent() && traces.time(path.get()).isPresent() ? path : Optional.empty();
    }

    /// What libvirt made of it, its UUID and addresses included; empty if there is no such domain.
    Optional<String> xml(String domain) throws IOException {
        Optional<String> uuid = libvirt.uuid(domain);
        return uuid.isPresent() ? Optional.of(libvirt.inactiveXml(uuid.get())) : Optional.empty();
    }

    /// Sees whether a new domain would be taken back.
    void check(Undo.OfDomain undo, UndoMode mode) throws IOException {
        Optional<String> uuid = libvirt.uuid(undo.domain());
        if (uuid.isEmpty()) {
            return;
        }
        String vm = "VM " + Text.quoted(undo.domain());
        String now = libvirt.inactiveXml(uuid.get());
        if (!mode.force() && !ours(undo, now, mode)) {
            throw new ConflictException(vm + " was edited after it was made", "keep it");
        }
        String state = libvirt.state(uuid.get());
        if (!state.equals(OFF)) {
            throw new IOException(vm + " is " + state + "; shut it down and take the change back then");
        }
        List<String> used = traces.since(mode, undo.domain(), uuid.get(), now);
        if (!used.isEmpty() && !mode.force()) {
            throw new ConflictException(
                    vm + " was started after it was made (" + String.join("; ", used) + "): "
                            + lost(keepNvram(undo, mode, now), traces.hasTpm(now), libvirt.keepsTpm())
                            + "; its disks would stay",
                    "keep it");
        }
    }

    /// Takes a new domain back, one that was started since only by force.
    ///
    /// @return what was kept or lost, if it was started
    String undo(Undo.OfDomain undo, UndoMode mode) throws IOException {
        Optional<String> uuid = libvirt.uuid(undo.domain());
        if (uuid.isEmpty()) {
            return "";
        }
        String vm = "VM " + Text.quoted(undo.domain());
        String now = libvirt.inactiveXml(uuid.get());
        check(undo, mode);
        List<String> used = traces.since(mode, undo.domain(), uuid.get(), now);
        boolean tpm = traces.hasTpm(now);
        boolean keepNvram = keepNvram(undo, mode, now);
        boolean keepTpm = tpm && !used.isEmpty() && libvirt.keepsTpm();
        libvirt.undefine(uuid.get(), new Libvirt.Keep(keepNvram, keepTpm));
        if (libvirt.uuid(undo.domain()).isPresent()) {
            throw new IOException(vm + " was undefined, but libvirt still has it");
        }
        return used.isEmpty() ? "" : vm + " had been started; " + fate(tpm, keepTpm, uuid.get());
    }

    private static String lost(boolean keepNvram, boolean tpm, boolean keepsTpm) {
        List<String> lost = new ArrayList<>(List.of("its definition"));
        if (!keepNvram) {
            lost.add("the firmware's variables (NVRAM)");
        }
        if (tpm && !keepsTpm) {
            lost.add("the TPM's state, without which an encrypted disk asks for its recovery key,");
        }
        String all = String.join(" and ", lost) + " would go";
        return tpm && keepsTpm
                ? all + ", and a VM made anew has another TPM, so that an encrypted disk asks for its recovery key"
                : all;
    }

    private static String fate(boolean tpm, boolean keptTpm, String uuid) {
        String disks = "its disks are where they were";
        if (!tpm) {
            return disks;
        }
        return keptTpm
                ? disks + ", and its TPM's state is kept in " + DomainTraces.TPM + "/" + uuid
                : disks + ", its TPM's state went: before 8.9 libvirt cannot keep it";
    }

    private boolean keepNvram(Undo.OfDomain undo, UndoMode mode, String now) throws IOException {
        if (undo.nvram() != null) {
            return true;
        }
        Optional<String> file = nvram(undo.domain(), now);
        // a run that died before it could note the file leaves only the file's time to tell
        return file.isPresent() && !traces.isNewer(file.get(), mode.since());
    }

    /// The command that takes it back by hand, with what it keeps.
    String byHand(Undo.OfDomain undo) {
        List<String> words = new ArrayList<>(List.of("virsh", "undefine"));
        words.addAll(new Libvirt.Keep(undo.nvram() != null, keepsTpm(undo)).options());
        words.addAll(List.of("--domain", Text.word(undo.domain())));
        return String.join(" ", words);
    }

    private boolean keepsTpm(Undo.OfDomain undo) {
        try {
            return traces.hasTpm(undo.planned()) && libvirt.keepsTpm();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean ours(Undo.OfDomain undo, String now, UndoMode mode) throws IOException {
        return undo.after() == null
                ? !mode.settled()
                        && DomainXml.missing(null, undo.planned(), now).isEmpty()
                : now.equals(undo.after());
    }
}
