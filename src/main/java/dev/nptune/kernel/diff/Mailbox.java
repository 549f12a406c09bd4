package dev.nptune.kernel.diff;

import dev.nptune.internal.text.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes a file apart into the mails it holds (RFC 4155, RFC 5322); one without any is a mail without headers.
final class Mailbox {
    private static final Pattern SEPARATOR = Pattern.compile("From \\S+ .*\\d\\d:\\d\\d.*\\d{4}.*");
    private static final Pattern HEADER = Pattern.compile("([A-Za-z][A-Za-z0-9-]*):(?: +|\\t|$)(.*)");

    /// Fields one of which stands first in a mail or in a DEP-3 header, in small letters.
    private static final Pattern FIRST = Pattern.compile("from|subject|date|to|cc|message-id|received|return-path"
            + "|delivered-to|list-id|mime-version|content-type|x-.*|description|origin|author|forwarded|bug.*"
            + "|applied-upstream|reviewed-by|last-update");

    private Mailbox() {}

    static List<Mail> split(PatchLines lines) throws UserException {
        List<Integer> begins = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.startsWith(i, "From ") && separates(lines, i)) {
                begins.add(i);
            }
        }
        if (begins.isEmpty()) {
            return List.of(mail(lines, 0, lines.size()));
        }
        List<Mail> mails = new ArrayList<>();
        for (int n = 0; n < begins.size(); n++) {
            int end = n + 1 < begins.size() ? begins.get(n + 1) : lines.size();
            mails.add(mail(lines, begins.get(n) + 1, end));
        }
        return mails;
    }

    private static boolean separates(PatchLines lines, int i) {
        return SEPARATOR.matcher(lines.bare(i)).matches()
                && (i == 0 || lines.isBlank(i - 1) || lines.startsWith(i + 1, "From: "));
    }

    private static Mail mail(PatchLines lines, int from, int to) throws UserException {
        int at = from;
        while (at < to && lines.isBlank(at)) {
            at++;
        }
        int line = at < to ? lines.number(at) : 1;
        Map<String, String> headers = new LinkedHashMap<>();
        int body = headers(lines, at, to, headers);
        return MailText.decode(new Mail(headers, lines, body, to, line));
    }

    /// Reads headers.
    ///
    /// @return where the body begins
    private static int headers(PatchLines lines, int from, int to, Map<String, String> headers) {
        String last = "";
        int at = from;
        for (; at < to; at++) {
            String line = lines.bare(at);
            Matcher m = HEADER.matcher(line);
            boolean folded = !last.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"));
            if (folded) {
                headers.merge(last, line.strip(), (a, b) -> a + "\n" + b);
            } else if (m.matches() && !line.startsWith("Index:")) {
                last = m.group(1).toLowerCase(Locale.ROOT);
                if (headers.isEmpty() && !FIRST.matcher(last).matches()) {
                    return from;
                }
                headers.putIfAbsent(last, m.group(2));
            } else {
                break;
            }
        }
        return at;
    }
}
