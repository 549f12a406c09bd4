package dev.nptune.plan.boot;

import dev.nptune.plan.boot.Decoded.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// rEFInd's configuration: words that may stand in quotes, in which a quote is written twice. Source: its
/// documentation,
/// "Methods of Booting Linux" and "Configuring the Boot Manager".
record RefindMenu(String text) {
    private static final String QUOTED = "\"((?:[^\"\\n]++|\"\"){0,256})\"";
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*" + QUOTED + "[ \\t]+" + QUOTED + "[ \\t\\r]*$");
    private static final Pattern STANZA =
            Pattern.compile("(?m)^[ \\t]*menuentry[ \\t]+(?:" + QUOTED + "|(\\S+))[ \\t]*\\{[^}]*\\}[ \\t]*$");
    private static final Pattern OPTIONS =
            Pattern.compile("(?m)^[ \\t]*options[ \\t]+(?:" + QUOTED + "|([^\\s\"]+))[ \\t\\r]*$");
    private static final Pattern LOADER =
            Pattern.compile("(?m)^[ \\t]*loader[ \\t]+(?:" + QUOTED + "|([^\\s\"]+))[ \\t\\r]*$");
    private static final Pattern DISABLED = Pattern.compile("(?m)^[ \\t]*disabled\\b");

    /// A line of `refind_linux.conf`, a title and arguments, edited and kept.
    Optional<String> line(ArgumentEdit edit, Predicate<String> fits) {
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            Decoded options = quoted(line.group(2), line.start(2));
            if (!line.group(1).endsWith(KeptEntry.SUFFIX) && fits.test(options.text())) {
                String title = "\"" + line.group(1) + KeptEntry.SUFFIX + "\" ";
                List<Splice> splices = KernelArguments.splices(options.text(), edit);
                String after = Splice.apply(text, options.inFile(splices, RefindMenu::written));
                String was = title + "\"" + line.group(2) + "\"";
                String now = title + "\"" + escaped(KernelArguments.edit(options.text(), edit)) + "\"";
                return Optional.of(kept(after, was, now, "\n"));
            }
        }
        return Optional.empty();
    }

    /// A stanza of `refind.conf` that starts Linux with its own arguments, edited and kept.
    Optional<String> stanza(ArgumentEdit edit, Predicate<String> fits, Predicate<String> mayBe) {
        Matcher stanza = STANZA.matcher(text);
        while (stanza.find()) {
            String block = stanza.group();
            Matcher options = OPTIONS.matcher(block);
            Matcher loader = LOADER.matcher(block);
            if (!options.find() || !loader.find() || DISABLED.matcher(block).find()) {
                continue;
            }
            Decoded value = options.group(1) == null
                    ? bare(options.group(2), stanza.start() + options.start(2))
                    : quoted(options.group(1), stanza.start() + options.start(1));
            String kernel = loader.group(1) == null ? loader.group(2) : loader.group(1);
            String title = stanza.group(1) == null ? stanza.group(2) : stanza.group(1);
            if (title.endsWith(KeptEntry.SUFFIX) || !fits.test(value.text()) || !mayBe.test(kernel)) {
                continue;
            }
            List<Splice> splices = value.inFile(KernelArguments.splices(value.text(), edit), RefindMenu::written);
            String after = value.isBare() && !splices.isEmpty()
                    ? text.substring(0, stanza.start() + options.start(2))
                            + "\"" + escaped(KernelArguments.edit(value.text(), edit)) + "\""
                            + text.substring(value.end())
                    : Splice.apply(text, splices);
            int length = block.length() + after.length() - text.length();
            String edited = after.substring(stanza.start(), stanza.start() + length);
            return Optional.of(kept(after, renamed(block, title), renamed(edited, title), "\n\n"));
        }
        return Optional.empty();
    }

    private static String renamed(String block, String title) {
        return "menuentry \"" + title + KeptEntry.SUFFIX + "\" " + block.substring(block.indexOf('{'));
    }

    private String kept(String after, String was, String now, String separator) {
        if (after.equals(text)) {
            return text;
        }
        boolean isAsKept = text.contains("\n" + now);
        return new KeptEntry(isAsKept ? now : was).in(after, isAsKept, separator);
    }

    private static String written(char quote, String text) {
        return quote == 0 ? "\"" + escaped(text) + "\"" : escaped(text);
    }

    private static String escaped(String text) {
        return text.replace("\"", "\"\"");
    }

    private static Decoded bare(String raw, int from) {
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < raw.length(); i++) {
            units.add(Unit.of(raw.charAt(i), from + i, from + i + 1, '\0'));
        }
        return new Decoded(units, null, from + raw.length());
    }

    private static Decoded quoted(String raw, int from) {
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < raw.length(); i++) {
            int length = raw.charAt(i) == '"' ? 2 : 1;
            units.add(Unit.of(raw.charAt(i), from + i, from + i + length, '"'));
            i += length - 1;
        }
        return new Decoded(units, Unit.of(Decoded.COMPUTED, from, from, '"'), from + raw.length());
    }
}
