package dev.nptune.cli;

import dev.nptune.cli.RehearsalDocument.Result;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Applies a plan on an emulated machine by this very program, takes it back there, and compares what it touched.
final class Rehearsal {
    private static final String INSIDE = "/lab/rehearsal";

    /// Digest, mode and owner of every file, and the digest of every VM's XML.
    private static final String STATE = """
            while IFS= read -r path; do
                if [ -e "$path" ]; then
                    echo "$(sha256sum < "$path" | cut -d' ' -f1) $(stat -L -c '%a %u:%g' "$path") $path"
                else
                    echo "absent $path"
                fi
            done < /lab/rehearsal/paths
            while IFS= read -r domain; do
                if xml=$(virsh --quiet dumpxml --inactive --domain "$domain" 2> /dev/null); then
                    echo "$(echo "$xml" | sha256sum | cut -d' ' -f1) VM $domain"
                else
                    echo "absent VM $domain"
                fi
            done < /lab/rehearsal/domains
            """;

    private final EmulatedHost host;
    private final Path share;
    private final Path folder;
    private final Progress progress;

    /// @param host a machine that was booted for it
    /// @param share the folder that is `/lab` there
    Rehearsal(EmulatedHost host, Path share, Progress progress) {
        this.host = host;
        this.share = share;
        this.folder = share.resolve("rehearsal");
        this.progress = progress;
    }

    /// Rehearses a plan. The machine is as before afterwards if all goes well.
    RehearsalDocument run(Plan plan) throws IOException, UserException {
        Files.createDirectories(folder);
        progress.begin("give the emulated machine what the plan starts from");
        RehearsalParts parts = prepare(plan);
        progress.done(
                "give the emulated machine what the plan starts from",
                Plural.of(parts.rehearsed().size(), "change") + " to rehearse, "
                        + parts.skipped().size() + " skipped");
        if (parts.rehearsed().isEmpty()) {
            return document(parts, Outcome.NOTHING, List.of());
        }
        List<String> before = state();
        Outcome outcome = apply(parts);
        progress.begin("compare");
        List<String> differences = differences(before, state());
        progress.done("compare", differences.isEmpty() ? "as before, to the byte" : "not as before");
        return document(parts, outcome, differences);
    }

    /// How the two commands inside went.
    ///
    /// @param failed place in the plan of the change that failed; -1 if none did
    /// @param reason why it did not go well; empty if it did
    private record Outcome(int failed, String why, String reason) {
        static final Outcome NOTHING = new Outcome(-1, "", "");
    }

    private RehearsalParts prepare(Plan plan) throws IOException, UserException {
        Map<Integer, String> unfit = new TreeMap<>();
        for (int i = 0; i < plan.changes().size(); i++) {
            if (plan.changes().get(i) instanceof Change.DefineDomain d) {
                String why = define(d);
                if (!why.isEmpty()) {
                    unfit.put(i, why);
                }
            }
        }
        RehearsalParts parts = RehearsalParts.of(plan, unfit);
        int n = 0;
        for (Map.Entry<String, String> seed : parts.seeds().entrySet()) {
            String name = "seed" + n++;
            Files.writeString(folder.resolve(name), seed.getValue());
            succeed(host.call("cp", INSIDE + "/" + name, seed.getKey()), "put " + seed.getKey() + " there");
        }
        Files.writeString(folder.resolve("paths"), lines(parts.paths()));
        Files.writeString(folder.resolve("domains"), lines(parts.domains()));
        Files.writeString(folder.resolve("state.sh"), STATE);
        Files.writeString(folder.resolve("plan.json"), Json.pretty(parts.reduced()));
        return parts;
    }

    /// Gives the libvirt inside the VM as it was planned from.
    ///
    /// @return why it is not that there; empty if it is, or is to be new
    private String define(Change.DefineDomain change) throws IOException, UserException {
        String before = change.before();
        if (before == null) {
            return "";
        }
        Files.writeString(folder.resolve("domain.xml"), before);
        Exec.Result defined = host.call("virsh", "--quiet", "define", "--file", INSIDE + "/domain.xml");
        if (!defined.ok()) {
            return "libvirt there does not take the VM as it is: " + defined.complaint();
        }
        String now = host.call("virsh", "--quiet", "dumpxml", "--inactive", "--domain", change.domain())
                .out();
        return now.stripTrailing().equals(before.stripTrailing())
                ? ""
                : "libvirt there prints the VM's XML in another way than the plan has it";
    }

    private List<String> state() throws IOException, UserException {
        Exec.Result told = host.call("sh", INSIDE + "/state.sh");
        succeed(told, "read the state of the files");
        return told.out().lines().toList();
    }

    private Outcome apply(RehearsalParts parts) throws IOException, UserException {
        progress.begin("apply there");
        Exec.Result applied = inside("apply", "--yes", "--json", INSIDE + "/plan.json");
        ApplyDocument document = read(applied, "apply");
        if (!document.result().equals("applied")) {
            progress.done("apply there", document.result());
            return failure(parts, document);
        }
        progress.done("apply there", Plural.of(parts.rehearsed().size(), "change"));
        progress.begin("take it back there");
        Exec.Result back = inside("rollback", "--yes", "--json", document.journal());
        progress.done("take it back there", back.ok() ? "" : "failed");
        return back.ok() ? Outcome.NOTHING : new Outcome(-1, "", "it could not be taken back: " + complaint(back));
    }

    private static Outcome failure(RehearsalParts parts, ApplyDocument document) {
        if (!document.differences().isEmpty()) {
            ApplyDocument.Difference first = document.differences().getFirst();
            int index = parts.rehearsed().get(first.index() - 1);
            return new Outcome(index, String.join("; ", first.what()), document.reason());
        }
        for (int index : parts.rehearsed()) {
            String summary = parts.plan().changes().get(index).summary() + ": ";
            if (document.reason().startsWith(summary)) {
                return new Outcome(index, document.reason().substring(summary.length()), document.reason());
            }
        }
        return new Outcome(-1, "", document.reason());
    }

    private Exec.Result inside(String... arguments) throws IOException, UserException {
        return host.call(
                SelfCommand.of(arguments), line -> LabMeasurement.inside(line).ifPresent(progress::note));
    }

    private static ApplyDocument read(Exec.Result result, String command) throws UserException {
        try {
            return Json.read(result.out(), ApplyDocument.class);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "nptune " + command + " failed on the emulated machine: " + complaint(result),
                    "nothing on this machine was changed",
                    e);
        }
    }

    private static String complaint(Exec.Result result) {
        return result.err()
                .lines()
                .filter(l -> l.startsWith("nptune: "))
                .findFirst()
                .map(l -> l.substring("nptune: ".length()))
                .orElse(result.complaint());
    }

    private static List<String> differences(List<String> before, List<String> after) {
        Set<String> was = new HashSet<>(before);
        List<String> out = new ArrayList<>();
        after.stream().filter(l -> !was.contains(l)).forEach(l -> out.add("now: " + l));
        Set<String> is = new HashSet<>(after);
        before.stream().filter(l -> !is.contains(l)).forEach(l -> out.add("was: " + l));
        return out;
    }

    private RehearsalDocument document(RehearsalParts parts, Outcome outcome, List<String> differences) {
        List<RehearsalDocument.Step> steps = new ArrayList<>();
        for (int i = 0; i < parts.plan().changes().size(); i++) {
            String skipped = parts.skipped().getOrDefault(i, "");
            steps.add(new RehearsalDocument.Step(
                    i + 1,
                    parts.plan().changes().get(i).summary(),
                    skipped.isEmpty() ? result(i, outcome) : Result.SKIPPED,
                    i == outcome.failed() ? outcome.why() : skipped));
        }
        String reason = outcome.reason().isEmpty() && !differences.isEmpty()
                ? "not everything is as before after it was taken back"
                : outcome.reason();
        return new RehearsalDocument(
                RehearsalDocument.SCHEMA_VERSION,
                parts.plan().domain(),
                reason.isEmpty(),
                reason,
                steps,
                differences,
                share.resolveSibling("console.log").toString());
    }

    private static Result result(int index, Outcome outcome) {
        if (outcome.reason().isEmpty() || (outcome.failed() >= 0 && index < outcome.failed())) {
            return Result.REHEARSED;
        }
        return index == outcome.failed() ? Result.FAILED : Result.NOT_REACHED;
    }

    private static String lines(List<String> all) {
        return String.join("", all.stream().map(l -> l + "\n").toList());
    }

    private static void succeed(Exec.Result result, String what) throws UserException {
        if (!result.ok()) {
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "the emulated machine could not " + what + ": " + result.complaint(),
                    "nothing on this machine was changed");
        }
    }
}
