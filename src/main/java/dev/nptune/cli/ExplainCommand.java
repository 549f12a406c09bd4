package dev.nptune.cli;

import dev.nptune.doctor.Need;
import dev.nptune.doctor.Rule;
import dev.nptune.doctor.Rules;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.report.RuleCatalogue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune explain`: a rule of the doctor in full.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune explain                     the rules, a line each",
            "  nptune explain topoext-missing",
            "  nptune explain --all > rules.md",
            ""
        },
        description = "Explains a rule of the doctor: what, why, effect, fix, risk, source.")
final class ExplainCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Parameters(index = "0", arity = "0..1", paramLabel = "RULE", description = "A rule's id, such as npt-off.")
    private @Nullable String id;

    @Option(names = "--all", description = "Print all rules as one page of Markdown.")
    private boolean all;

    @Option(names = "--json", description = "Print the rule, or all, as JSON.")
    private boolean json;

    /// A rule's JSON form.
    record RuleDocument(
            String id,
            String category,
            String severity,
            String title,
            List<String> needs,
            String versions,
            List<String> after,
            String effect,
            String fix,
            String risk,
            String source) {
        static RuleDocument of(Rule r) {
            return new RuleDocument(
                    r.id(),
                    r.category().name(),
                    r.severity().name(),
                    r.title(),
                    r.needs().stream().map(Need::words).toList(),
                    r.versions(),
                    r.after(),
                    r.effect(),
                    r.fix(),
                    r.risk(),
                    r.source());
        }
    }

    /// All rules' JSON form.
    record RulesDocument(int schemaVersion, List<RuleDocument> rules) {}

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        if (all && id != null) {
            throw new UserException(
                    Exit.WRONG_USE, "--all is about all rules, not about '" + id + "'", "leave one of them out");
        }
        List<Rule> rules = id == null ? Rules.all() : List.of(rule(id));
        if (json) {
            cli.out()
                    .println(Json.pretty(new RulesDocument(
                            1, rules.stream().map(RuleDocument::of).toList())));
        } else if (all) {
            cli.out().print(RuleCatalogue.markdown());
        } else if (id == null) {
            rules.forEach(r -> cli.out()
                    .print(FindingText.wrap(
                            String.format("%-22s %s", r.id(), r.title()), cli.columns(), " ".repeat(23))));
        } else {
            cli.out().print(explain(rules.getFirst(), cli.columns()));
        }
        return Exit.OK.code();
    }

    private static Rule rule(String id) throws UserException {
        List<String> ids = Rules.all().stream().map(Rule::id).toList();
        return Rules.byId(id).orElseThrow(() -> {
            List<String> near = NearMiss.of(id, ids);
            return new UserException(
                    Exit.WRONG_USE,
                    "there is no rule '" + Printable.line(id) + "'",
                    near.isEmpty()
                            ? "list them with: nptune explain"
                            : "did you mean: " + String.join(", ", near) + "?");
        });
    }

    static String explain(Rule rule, int columns) {
        Sheet sheet = new Sheet(columns);
        sheet.row("rule", rule.id()).row("says", rule.title());
        sheet.row("severity", rule.severity().name().toLowerCase(Locale.ROOT))
                .row("about", rule.category().words());
        row(sheet, "effect", rule.effect());
        row(sheet, "versions", rule.versions());
        row(sheet, "looks at", rule.needs().stream().map(Need::words).collect(Collectors.joining("; ")));
        row(sheet, "first", String.join(", ", rule.after()));
        row(sheet, "fix", rule.fix());
        row(sheet, "risk", rule.risk());
        row(sheet, "source", rule.source());
        return sheet.toString();
    }

    private static void row(Sheet sheet, String name, String words) {
        if (!words.isEmpty()) {
            sheet.row(name, words);
        }
    }
}
