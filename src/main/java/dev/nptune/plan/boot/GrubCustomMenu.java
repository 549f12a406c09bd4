package dev.nptune.plan.boot;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// GRUB's `custom.cfg`, which the menu that `grub2-mkconfig` builds reads at its end: a place for the decision where no
/// menu needs to be built. On systems with an entry for each kernel, building one may give all entries the arguments of
/// `/etc/default/grub`, the kept one among them.
///
/// What a person has there stays to the byte; the decision comes behind it. GRUB looks at `default` when it shows the
/// menu, after all files are read.
///
/// Source: GRUB's `41_custom`; Fedora's `10_linux`.
final class GrubCustomMenu {
    static final String FILE = "/boot/grub2/custom.cfg";

    private static final String BEGIN = "### BEGIN nptune ###\n";
    private static final String END = "### END nptune ###\n";
    private static final Pattern OURS = Pattern.compile("(?s)" + BEGIN + ".*?" + END);
    private static final Pattern READS = Pattern.compile(
            "(?m)^[ \\t]*source[ \\t]+\"?\\$(?:\\{config_directory}|\\{prefix}|prefix)/custom\\.cfg\\b");
    private static final Pattern LOADS = Pattern.compile("(?m)^[ \\t]*load_env\\b");
    private static final Pattern SETS = Pattern.compile("(?m)^[ \\t]*(?:set[ \\t]+)?default=");
    private static final Pattern LEAVES = Pattern.compile("exit|configfile|normal|return|boot|halt|reboot|chainloader");

    /// The environment block that GRUB has read: the one beside the menu, as the program that edits it takes it too.
    private static final String BLOCK = """
            if [ -n "${config_directory}" ]; then
              set nptune_block="${config_directory}/grubenv"
            else
              set nptune_block="${prefix}/grubenv"
            fi
            """;

    private GrubCustomMenu() {}

    /// Why the decision cannot be put there; empty if it can.
    ///
    /// @param menu the path of GRUB's menu
    /// @param files text by absolute path
    static Optional<String> obstacle(String menu, Map<String, String> files) {
        String text = files.getOrDefault(menu, "");
        Matcher reads = READS.matcher(text);
        Matcher loads = LOADS.matcher(text);
        if (!reads.find()) {
            return Optional.of(menu + " does not read " + FILE);
        }
        if (!loads.find() || loads.start() > reads.start()) {
            return Optional.of(menu + " does not read GRUB's environment block before it reads " + FILE);
        }
        int last = reads.start();
        while (reads.find()) {
            last = reads.start();
        }
        if (SETS.matcher(text).find(last)) {
            return Optional.of(menu + " sets the default entry after it reads " + FILE);
        }
        return isPlain(before(files)) ? Optional.empty() : Optional.of("how " + FILE + " goes on is not clear");
    }

    /// The file with the decision.
    ///
    /// @param id the entry that becomes the default when a trial has failed
    static String with(Map<String, String> files, String id) {
        String theirs = before(files);
        String decision = BLOCK
                + GrubFallback.decision(
                        "save_env -f \"$nptune_block\" " + GrubFallback.VARIABLE, GrubFallback.keptEntry(id));
        return theirs + (theirs.isEmpty() || theirs.endsWith("\n") ? "" : "\n") + BEGIN
                + "# The entry before the last change, unless the change has been found to boot."
                + " 'nptune rollback' takes this away again.\n" + decision + END;
    }

    private static String before(Map<String, String> files) {
        return OURS.matcher(files.getOrDefault(FILE, "")).replaceAll("");
    }

    /// Whether what comes behind a text is read as if it stood alone: no quote or block is open at its end, and no
    /// command outside of an entry leads away.
    private static boolean isPlain(String text) {
        int depth = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (c == '#' && isStart(text, at)) {
                end = orEnd(text, text.indexOf('\n', at));
            } else if (c == '\\') {
                end = at + 2;
            } else if (c == '\'' || c == '"') {
                end = closing(text, at);
            } else if (c == '$' && text.startsWith("${", at)) {
                end = orEnd(text, text.indexOf('}', at) + 1);
            } else if (c == '{' || c == '}') {
                depth += c == '{' ? 1 : -1;
            } else if (Character.isLetter(c) && isStart(text, at)) {
                end = word(text, at);
                if (depth == 0 && LEAVES.matcher(text.substring(at, end)).matches()) {
                    return false;
                }
            }
            if (end < 0 || end > text.length() || depth < 0) {
                return false;
            }
            at = end;
        }
        return depth == 0;
    }

    private static boolean isStart(String text, int at) {
        return at == 0 || " \t\n;".indexOf(text.charAt(at - 1)) >= 0;
    }

    private static int word(String text, int from) {
        int at = from;
        while (at < text.length() && " \t\n;'\"\\$".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    /// Behind the quote that closes the one at a place; -1 if none does.
    private static int closing(String text, int from) {
        char quote = text.charAt(from);
        for (int at = from + 1; at < text.length(); at++) {
            if (text.charAt(at) == '\\' && quote == '"') {
                at++;
            } else if (text.charAt(at) == quote) {
                return at + 1;
            }
        }
        return -1;
    }

    private static int orEnd(String text, int at) {
        return at <= 0 ? text.length() : at;
    }
}
