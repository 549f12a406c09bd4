package dev.nptune.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A manual page of one command, in the man macros of roff (groff_man(7)), from what its help has.
final class ManPage {
    private static final String EXIT = """
            .SH EXIT STATUS
            .TP
            0
            Done, or nothing to do.
            .TP
            1
            Findings are left, a comparison came out worse, or the answer to a question was no.
            .TP
            2
            Wrong use.
            .TP
            3
            This machine cannot do it.
            .TP
            4
            It failed, and what was changed was taken back.
            .TP
            5
            It failed, and something is left changed: standard error says what.
            .TP
            130
            Interrupted.
            """;

    private final CommandSpec command;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec command) {
        this.command = command;
    }

    /// The page's name, as `nptune-bench-why`.
    static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    static String of(CommandSpec command) {
        return new ManPage(command).write();
    }

    private String write() {
        String[] description = command.usageMessage().description();
        page.append(".\\\" Made from the command's own help.\n");
        page.append(".TH ").append(name(command).toUpperCase(Locale.ROOT)).append(" 1 \"\" NPTune\n");
        page.append(".SH NAME\n");
        line(name(command) + " \\- ", summary(description));
        synopsis();
        page.append(".SH DESCRIPTION\n");
        paragraphs(description);
        parameters();
        options();
        commands();
        examples();
        notes();
        page.append(EXIT);
        related();
        return page.toString();
    }

    /// What the description says first.
    private static String summary(String[] description) {
        String all = String.join(" ", description);
        int end = all.indexOf(". ");
        return (end < 0 ? all : all.substring(0, end)).replaceFirst("\\.$", "");
    }

    private void synopsis() {
        page.append(".SH SYNOPSIS\n");
        String usage = command.commandLine().getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
        line("", usage);
    }

    private void parameters() {
        List<PositionalParamSpec> shown =
                command.positionalParameters().stream().filter(p -> !p.hidden()).toList();
        if (!shown.isEmpty()) {
            page.append(".SH ARGUMENTS\n");
            shown.forEach(p -> tagged(p.paramLabel(), p));
        }
    }

    private void options() {
        List<OptionSpec> shown = command.options().stream()
                .filter(o -> !o.hidden())
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .toList();
        if (!shown.isEmpty()) {
            page.append(".SH OPTIONS\n");
            for (OptionSpec option : shown) {
                String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                tagged(Arrays.stream(option.names()).collect(Collectors.joining(", ")) + value, option);
            }
        }
    }

    private void tagged(String name, ArgSpec argument) {
        page.append(".TP\n.B ").append(escape(name)).append('\n');
        line("", text(argument.description()));
    }

    private void commands() {
        List<CommandSpec> shown = children(command);
        if (!shown.isEmpty()) {
            page.append(".SH COMMANDS\n");
            for (CommandSpec child : shown) {
                page.append(".TP\n.BR ").append(escape(name(child))).append(" (1)\n");
                line("", summary(child.usageMessage().description()));
            }
        }
    }

    /// The commands of a command, the hidden ones left out.
    static List<CommandSpec> children(CommandSpec command) {
        return command.subcommands().values().stream()
                .distinct()
                .map(CommandLine::getCommandSpec)
                .filter(c -> !c.usageMessage().hidden() && !c.name().equals("help"))
                .toList();
    }

    /// The help leads with them.
    private void examples() {
        List<String> lines = Arrays.stream(command.usageMessage().header())
                .flatMap(String::lines)
                .filter(l -> !l.isBlank() && !l.equals("Examples:"))
                .toList();
        if (!lines.isEmpty()) {
            page.append(".SH EXAMPLES\n.nf\n");
            lines.forEach(l -> page.append(escape(l.stripTrailing().replaceFirst("^  ", "")))
                    .append('\n'));
            page.append(".fi\n");
        }
    }

    private void notes() {
        if (command.usageMessage().footer().length > 0) {
            page.append(".SH NOTES\n");
            paragraphs(command.usageMessage().footer());
        }
    }

    private void related() {
        List<String> names = new ArrayList<>();
        if (command.parent() != null) {
            names.add(name(command.parent()));
            children(command.parent()).stream()
                    .filter(c -> !c.equals(command))
                    .map(ManPage::name)
                    .forEach(names::add);
        }
        if (!names.isEmpty()) {
            page.append(".SH SEE ALSO\n");
            for (int i = 0; i < names.size(); i++) {
                page.append(".BR ").append(escape(names.get(i))).append(" (1)");
                page.append(i < names.size() - 1 ? ",\n" : "\n");
            }
        }
    }

    private void paragraphs(String[] lines) {
        boolean first = true;
        for (String line : plain(String.join("\n", lines)).split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            if (!first) {
                page.append(".PP\n");
            }
            line("", line.strip());
            first = false;
        }
    }

    private static String text(String[] lines) {
        return Arrays.stream(lines).map(l -> plain(l).strip()).collect(Collectors.joining(" "));
    }

    /// What picocli writes for a format.
    private static String plain(String text) {
        return text.replace("%n", "\n").replace("%%", "%");
    }

    private void line(String before, String text) {
        page.append(before).append(escape(text)).append('\n');
    }

    /// A minus and not a hyphen, so that what is copied from the page works; no line that is a request by chance.
    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("`", "\\(ga");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }
}
