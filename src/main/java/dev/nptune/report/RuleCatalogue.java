package dev.nptune.report;

import dev.nptune.doctor.Category;
import dev.nptune.doctor.Need;
import dev.nptune.doctor.Rule;
import dev.nptune.doctor.Rules;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// All rules as one page, made from the rules themselves.
public final class RuleCatalogue {
    private final StringBuilder text = new StringBuilder();

    private RuleCatalogue() {}

    /// The page as Markdown.
    public static String markdown() {
        RuleCatalogue page = new RuleCatalogue();
        page.text
                .append("# What the doctor looks for\n\n")
                .append("Made by `nptune explain --all` from the rules themselves: ")
                .append(Rules.all().size())
                .append(" of them. A rule whose source is \"")
                .append(Rule.UNSOURCED)
                .append("\" is knowledge from the field that nobody is on record for.\n");
        for (Category category : Category.values()) {
            List<Rule> rules =
                    Rules.all().stream().filter(r -> r.category() == category).toList();
            if (!rules.isEmpty()) {
                page.text.append("\n## ").append(category.words()).append('\n');
                rules.forEach(page::rule);
            }
        }
        return page.text.toString();
    }

    private void rule(Rule rule) {
        text.append("\n### ").append(rule.id()).append("\n\n");
        text.append("**").append(Markdown.text(rule.title())).append(".** ");
        text.append("Severity: ")
                .append(rule.severity().name().toLowerCase(Locale.ROOT))
                .append(".\n\n");
        part("Effect", rule.effect());
        part("Versions", rule.versions());
        part("Looks at", rule.needs().stream().map(Need::words).collect(Collectors.joining("; ")));
        part("First deal with", String.join(", ", rule.after()));
        part("Fix", rule.fix());
        part("Risk", rule.risk());
        part("Source", rule.source());
    }

    private void part(String name, String words) {
        if (!words.isEmpty()) {
            text.append("- ")
                    .append(name)
                    .append(": ")
                    .append(Markdown.text(words))
                    .append('\n');
        }
    }
}
