package dev.nptune.kernel.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A mail, or a text with DEP-3 headers, or one without any.
///
/// @param headers its headers by their names in small letters, folded lines joined; of several of a name the first
/// @param body the lines it stands in, decoded
/// @param from its first line after the headers
/// @param to the line after its last
/// @param line the number in the file at which it begins
record Mail(Map<String, String> headers, PatchLines body, int from, int to, int line) {
    /// What a line of `---` alone ends, as git writes it between message and statistics.
    private static final String END_OF_MESSAGE = "---";

    boolean isMail() {
        return headers.containsKey("from") || headers.containsKey("subject");
    }

    String subject() {
        return withoutTags(MailText.words(headers.getOrDefault("subject", "")));
    }

    /// Without `[PATCH 1/2]` and `Re:`, as git takes them off.
    private static String withoutTags(String subject) {
        return subject.strip().replaceFirst("^((?i:re|fwd?|aw):\\s*|\\[[^\\]]*\\]\\s*)+", "");
    }

    /// Makes the patch, with what the mail says of it.
    Patch patch(List<FileDiff> files) {
        List<String> message = message();
        String author = MailText.words(headers.getOrDefault("from", headers.getOrDefault("author", "")));
        String subject = subject();
        if (isMail() && message.size() > 1 && message.getFirst().matches("From: .+")) {
            author = message.removeFirst().substring("From: ".length()).strip();
            dropBlanks(message);
        }
        if (subject.isEmpty() && headers.containsKey("description")) {
            subject = headers.getOrDefault("description", "")
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
            message.addAll(0, dep3());
            dropBlanks(message);
        }
        while (!message.isEmpty() && message.getLast().isBlank()) {
            message.removeLast();
        }
        return new Patch(subject, author, String.join("\n", message), files);
    }

    /// The rest of the description, then the other fields as they stand.
    private List<String> dep3() {
        List<String> text = new ArrayList<>(headers.getOrDefault("description", "")
                .lines()
                .skip(1)
                .map(line -> line.strip().equals(".") ? "" : line.strip())
                .toList());
        List<String> fields = headers.entrySet().stream()
                .filter(h -> !h.getKey().equals("description") && !h.getKey().equals("author"))
                .map(h -> MailText.capitals(h.getKey()) + ": " + h.getValue().replace('\n', ' '))
                .toList();
        if (!fields.isEmpty()) {
            text.add("");
            text.addAll(fields);
        }
        return text;
    }

    private static void dropBlanks(List<String> lines) {
        while (!lines.isEmpty() && lines.getFirst().isBlank()) {
            lines.removeFirst();
        }
    }

    /// The lines before the statistics and the diff.
    private List<String> message() {
        List<String> text = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String line = Unicode.ofLatin(body.bare(i));
            if (DiffParser.begins(body, i, to) || line.startsWith("Index: ") || line.startsWith("diff -")) {
                break;
            }
            if (line.stripTrailing().equals(END_OF_MESSAGE) && !headers.isEmpty()) {
                break;
            }
            text.add(line.matches(">+From .*") ? line.substring(1) : line);
        }
        dropBlanks(text);
        return text;
    }
}
