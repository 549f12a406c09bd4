package dev.nptune.plan.boot;

import dev.nptune.plan.boot.Decoded.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
                String title = line.group(1) + KeptEntry.SUFFIX;
                String after = Splice.apply(
                        text, options.inFile(KernelArguments.splices(options.text(), edit), RefindMenu::written));
                String block = "\"" + title + "\" \"" + line.group(2) + "\"";
                return Optional.of(kept(after, LINE, title, block, KernelArguments.edit(options.text(), edit), "\n"));
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
            Decoded value = options(options, stanza.start());
            String kernel = loader.group(1) == null ? loader.group(2) : loader.group(1);
            String title = title(stanza);
            if (title.endsWith(KeptEntry.SUFFIX) || !fits.test(value.text()) || !mayBe.test(kernel)) {
                continue;
            }
            List<Splice> splices = value.inFile(KernelArguments.splices(value.text(), edit), RefindMenu::written);
            String after = value.isBare() && !splices.isEmpty()
                    ? text.substring(0, stanza.start() + options.start(2))
                            + "\"" + escaped(KernelArguments.edit(value.text(), edit)) + "\""
                            + text.substring(value.end())
                    : Splice.apply(text, splices);
            String name = title + KeptEntry.SUFFIX;
            String was = "menuentry \"" + name + "\" " + block.substring(block.indexOf('{'));
            return Optional.of(kept(after, STANZA, name, was, KernelArguments.edit(value.text(), edit), "\n\n"));
        }
        return Optional.empty();
    }

    private static String title(Matcher entry) {
        String quoted = entry.group(1);
        return quoted == null ? entry.group(2) : quoted;
    }

    private static Decoded options(Matcher options, int from) {
        return options.group(1) == null
                ? bare(options.group(2), from + options.start(2))
                : quoted(options.group(1), from + options.start(1));
    }

    /// The edited text with the entry that is kept; without one that says what the edited entry says now.
    ///
    /// @param kind of entry
    /// @param title of the one that is kept
    /// @param block its text if there is none yet
    /// @param now the arguments of the edited one
    private String kept(String after, Pattern kind, String title, String block, String now, String separator) {
        if (after.equals(text)) {
            return text;
        }
        Matcher entry = kind.matcher(after);
        while (entry.find()) {
            if (title(entry).equals(title)) {
                return Site.configuredBy(arguments(entry)).equals(Site.configuredBy(now))
                        ? KeptEntry.without(after, entry.start(), entry.end(), separator)
                        : after;
            }
        }
        return new KeptEntry(block).in(after, separator);
    }

    private static String arguments(Matcher entry) {
        if (entry.pattern() == LINE) {
            return quoted(entry.group(2), 0).text();
        }
        Matcher options = OPTIONS.matcher(entry.group());
        return options.find() ? options(options, 0).text() : "";
    }

    /// The text of what is kept.
    String kept() {
        return Stream.of(LINE, STANZA)
                .flatMap(kind -> kind.matcher(text).results())
                .filter(RefindMenu::isKept)
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
    }

    /// The text with other files in what is kept.
    ///
    /// A line starts the image that rEFInd finds beside the kernel, unless it names one with `initrd=`; one
    /// that names none is given the copy. Source: `AddInitrdToOptions` of rEFInd.
    ///
    /// @param renamed file names by those whose places they take
    /// @param images those that the running kernel was started with, as rEFInd writes them
    RefindMenu renamed(Map<String, String> renamed, List<String> images) {
        List<Splice> splices = new ArrayList<>();
        LINE.matcher(text).results().filter(RefindMenu::isKept).forEach(line -> {
            String options = line.group(2);
            String named = options.contains("initrd=")
                    ? options
                    : options.stripTrailing()
                            + images.stream().map(image -> " initrd=" + image).collect(Collectors.joining());
            String kept = KeptFiles.renamed(named, renamed);
            splices.add(new Splice(line.start(2), line.end(2), kept.equals(named) ? options : kept));
        });
        STANZA.matcher(text).results().filter(RefindMenu::isKept).forEach(stanza -> {
            String kept = KeptFiles.renamed(stanza.group(), renamed);
            splices.add(new Splice(stanza.start(), stanza.end(), kept));
        });
        return new RefindMenu(Splice.apply(text, splices));
    }

    private static boolean isKept(MatchResult entry) {
        return entry.group(1) != null && entry.group(1).endsWith(KeptEntry.SUFFIX);
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
