package dev.nptune.apply;

import dev.nptune.plan.Change.DefineDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Defines libvirt domains anew, or for the first time.
final class DomainExecutor implements ChangeExecutor<DefineDomain, Undo.OfDomain> {
    private final Machine machine;
    private final NewDomains made;

    DomainExecutor(Machine machine) {
        this.machine = machine;
        this.made = new NewDomains(machine);
    }

    @Override
    public List<String> differences(DefineDomain change) throws IOException {
        String before = change.before();
        if (before == null) {
            return made.differences(change);
        }
        String now = machine.libvirt().inactiveXml(change.domain());
        if (!now.stripTrailing().equals(before.stripTrailing())) {
            List<String> out = new ArrayList<>(List.of("VM " + Text.quoted(change.domain()) + " was changed"));
            out.addAll(Text.differingLines(before, now));
            return out;
        }
        for (String path : List.of("domain/name", "domain/uuid")) {
            if (!DomainXml.text(change.after(), path).equals(DomainXml.text(now, path))) {
                return List.of("the XML to define has another " + path + ": it would make a second VM");
            }
        }
        if (!machine.libvirt().inactiveXmlWithSecrets(change.domain()).equals(now)) {
            return List.of("VM " + Text.quoted(change.domain()) + " holds a password (graphics) that libvirt does not"
                    + " print, and defining it anew would lose that; take it out with virsh edit first,"
                    + " and put it back afterwards");
        }
        return List.of();
    }

    @Override
    public List<String> steps(DefineDomain change) {
        return List.of("run virsh define, with the new XML of VM " + Text.quoted(change.domain()));
    }

    @Override
    public List<String> stepsBack(Undo.OfDomain undo, Place place) throws IOException {
        String backup = undo.backup();
        String before = undo.before();
        Optional<String> gone = before == null ? Optional.empty() : gone(undo.domain(), before);
        if (gone.isPresent()) {
            return List.of("nothing: " + gone.get());
        }
        boolean asBefore = before == null
                ? isAsBefore(undo, place)
                : machine.libvirt().inactiveXml(undo.domain()).equals(before);
        if (asBefore) {
            return List.of();
        }
        return List.of(
                backup == null
                        ? "run " + made.byHand(undo)
                        : "run virsh define, with the XML as it was, from "
                                + place.backups().resolve(backup));
    }

    @Override
    public Undo.OfDomain prepare(DefineDomain change, Place place) throws IOException {
        if (change.before() == null) {
            return new Undo.OfDomain(change.domain(), null, change.after(), null, null, null);
        }
        String before = machine.libvirt().inactiveXml(change.domain());
        String name = place.index() + ".xml";
        Path backup = place.backups().resolve(name);
        Files.writeString(backup, before);
        Disk.syncFile(backup);
        Disk.syncDirectory(place.backups());
        return new Undo.OfDomain(change.domain(), before, change.after(), null, name, null);
    }

    @Override
    public Undo.OfDomain act(DefineDomain change, Undo.OfDomain undo, Place place) throws IOException {
        machine.libvirt().define(change.after());
        place.at(FaultHook.Phase.DURING_ACT);
        String now = xml(change);
        String nvram =
                change.before() == null ? made.nvram(change.domain(), now).orElse(null) : null;
        return new Undo.OfDomain(undo.domain(), undo.before(), undo.planned(), now, undo.backup(), nvram);
    }

    @Override
    public void verify(DefineDomain change, Undo.OfDomain undo) throws IOException {
        List<String> missing = DomainXml.missing(change.before(), change.after(), xml(change));
        if (!missing.isEmpty()) {
            throw new IOException("libvirt " + machine.libvirt().version() + " did not take all of the change to VM "
                    + Text.quoted(change.domain()) + ": " + String.join("; ", missing));
        }
    }

    private String xml(DefineDomain change) throws IOException {
        if (change.before() != null) {
            return machine.libvirt().inactiveXml(change.domain());
        }
        return made.xml(change.domain())
                .orElseThrow(() -> new IOException("libvirt took the definition of VM " + Text.quoted(change.domain())
                        + " and does not have it now"));
    }

    @Override
    public void check(Undo.OfDomain undo, Place place, UndoMode mode) throws IOException {
        String before = undo.before();
        if (before == null) {
            made.check(undo, mode);
            return;
        }
        if (gone(undo.domain(), before).isPresent()) {
            return;
        }
        refuseEdited(undo, before, machine.libvirt().inactiveXml(undo.domain()), mode);
    }

    private static void refuseEdited(Undo.OfDomain undo, String before, String now, UndoMode mode) throws IOException {
        if (!now.equals(before) && !mode.force() && !ours(undo, now, mode)) {
            throw new ConflictException(
                    "VM " + Text.quoted(undo.domain()) + " was edited after the change was made",
                    "compare it with the backup");
        }
    }

    @Override
    public String undo(Undo.OfDomain undo, Place place, UndoMode mode) throws IOException {
        String before = undo.before();
        if (before == null) {
            return made.undo(undo, mode);
        }
        Optional<String> gone = gone(undo.domain(), before);
        if (gone.isPresent()) {
            return gone.get();
        }
        String now = machine.libvirt().inactiveXml(undo.domain());
        if (now.equals(before)) {
            return "";
        }
        refuseEdited(undo, before, now, mode);
        machine.libvirt().define(before);
        String restored = machine.libvirt().inactiveXml(undo.domain());
        if (!restored.equals(before)
                && !DomainXml.missing(now, before, restored).isEmpty()) {
            throw new IOException("VM " + Text.quoted(undo.domain()) + " was defined as before, but libvirt prints it"
                    + " differently: " + String.join("; ", Text.differingLines(before, restored)));
        }
        return "";
    }

    /// What is told where the domain of before is not there any more; empty if it is. Whoever removed it is not to
    /// have it back.
    private Optional<String> gone(String domain, String before) throws IOException {
        Optional<String> uuid = machine.libvirt().uuid(domain);
        String own = DomainXml.text(before, "domain/uuid").strip();
        Optional<String> renamed = uuid.isEmpty() ? machine.libvirt().name(own) : Optional.empty();
        if (renamed.isPresent()) {
            throw new IOException("VM " + Text.quoted(domain) + " is called " + Text.quoted(renamed.get())
                    + " now: rename it back (virsh domrename), then take the run back once more");
        }
        if (uuid.isEmpty()) {
            return Optional.of("VM " + Text.quoted(domain) + " is not there any more, and stays so");
        }
        return uuid.get().equalsIgnoreCase(own)
                ? Optional.empty()
                : Optional.of("VM " + Text.quoted(domain) + " is another one now, and stays as it is");
    }

    /// Whether the domain is as the change left it. A run that died before it could note libvirt's version of the XML
    /// has only its own to compare with.
    private static boolean ours(Undo.OfDomain undo, String now, UndoMode mode) throws IOException {
        return undo.after() == null
                ? !mode.settled()
                        && DomainXml.missing(undo.before(), undo.planned(), now).isEmpty()
                : now.equals(undo.after());
    }

    @Override
    public boolean isAsBefore(Undo.OfDomain undo, Place place) throws IOException {
        String before = undo.before();
        return before == null
                ? machine.libvirt().uuid(undo.domain()).isEmpty()
                : gone(undo.domain(), before).isEmpty()
                        && machine.libvirt().inactiveXml(undo.domain()).equals(before);
    }

    @Override
    public String byHand(Undo.OfDomain undo, Place place) {
        String backup = undo.backup();
        return backup == null
                ? made.byHand(undo)
                : "virsh define " + Text.word(place.backups().resolve(backup).toString());
    }
}
