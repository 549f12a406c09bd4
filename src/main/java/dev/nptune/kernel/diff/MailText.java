package dev.nptune.kernel.diff;

import dev.nptune.internal.text.UserException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What mail does to text so that it passes through seven bits: encoded words (RFC 2047), quoted-printable and base64
/// (RFC 2045).
final class MailText {
    private static final Pattern WORD = Pattern.compile("=\\?([^?\\s]+)\\?([BbQq])\\?([^?\\s]*)\\?=");

    private MailText() {}

    /// A header in Unicode, its folded lines joined.
    static String words(String header) {
        String joined = header.replaceAll("\\s*\\n\\s*", " ").replaceAll("\\?=\\s+=\\?", "?==?");
        Matcher m = WORD.matcher(joined);
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (m.find()) {
            text.append(Unicode.ofLatin(joined.substring(at, m.start()))).append(word(m));
            at = m.end();
        }
        return text.append(Unicode.ofLatin(joined.substring(at))).toString().strip();
    }

    private static String word(Matcher m) {
        try {
            Charset charset = Charset.forName(m.group(1).replaceFirst("\\*.*", ""));
            byte[] bytes = m.group(2).equalsIgnoreCase("B")
                    ? Base64.getMimeDecoder().decode(m.group(3))
                    : quoted(m.group(3).replace('_', ' ')).getBytes(StandardCharsets.ISO_8859_1);
            return new String(bytes, charset);
        } catch (IllegalArgumentException _) {
            return m.group();
        }
    }

    /// A field's name as people write it: `last-update` is `Last-Update`.
    static String capitals(String name) {
        return Arrays.stream(name.split("-"))
                .filter(part -> !part.isEmpty())
                .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining("-"));
    }

    /// The mail with its body decoded.
    ///
    /// @throws UserException if it has several parts, or base64 that is none
    static Mail decode(Mail mail) throws UserException {
        if (value(mail, "content-type").startsWith("multipart/")) {
            throw mail.body()
                    .error(
                            Math.max(0, mail.from() - 1),
                            "the mail has several parts, such as attachments",
                            "save the attached patch and name that file");
        }
        String coding = value(mail, "content-transfer-encoding");
        if (!coding.equals("quoted-printable") && !coding.equals("base64")) {
            return mail;
        }
        PatchLines body = coding.equals("base64") ? base64(mail) : quotedPrintable(mail);
        return new Mail(mail.headers(), body, 0, body.size(), mail.line());
    }

    private static String value(Mail mail, String header) {
        return mail.headers().getOrDefault(header, "").strip().toLowerCase(Locale.ROOT);
    }

    private static PatchLines quotedPrintable(Mail mail) {
        StringBuilder text = new StringBuilder();
        int[] numbers = new int[mail.to() - mail.from() + 1];
        int n = 0;
        boolean joined = false;
        for (int i = mail.from(); i < mail.to(); i++) {
            String line = mail.body().bare(i).stripTrailing();
            if (!joined) {
                numbers = n < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * n);
                numbers[n++] = mail.body().number(i);
            }
            joined = line.endsWith("=");
            String decoded = quoted(joined ? line.substring(0, line.length() - 1) : line);
            for (int feed = decoded.indexOf('\n'); feed >= 0; feed = decoded.indexOf('\n', feed + 1)) {
                numbers = n < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * n);
                numbers[n++] = mail.body().number(i);
            }
            text.append(decoded).append(joined ? "" : "\n");
        }
        return PatchLines.decoded(mail.body().file(), text.toString(), Arrays.copyOf(numbers, n + 1));
    }

    /// Text with `=41` for `A`; what is no such thing stays as it is.
    private static String quoted(String text) {
        if (text.indexOf('=') < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=' && i + 2 < text.length() && hex(text.charAt(i + 1)) >= 0 && hex(text.charAt(i + 2)) >= 0) {
                decoded.append((char) (hex(text.charAt(i + 1)) * 16 + hex(text.charAt(i + 2))));
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static PatchLines base64(Mail mail) throws UserException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        int i = mail.from();
        for (; i < mail.to(); i++) {
            String line = mail.body().bare(i).strip();
            if (!line.isEmpty() && !line.matches("[A-Za-z0-9+/=]+")) {
                break;
            }
            packed.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(packed.toByteArray());
            String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
            int[] numbers = new int[(int) text.chars().filter(c -> c == '\n').count() + 2];
            Arrays.fill(numbers, mail.from() < mail.body().size() ? mail.body().number(mail.from()) : mail.line());
            return PatchLines.decoded(mail.body().file(), text, numbers);
        } catch (IllegalArgumentException _) {
            throw mail.body().error(mail.from(), "the mail's base64 is damaged", "save the mail again");
        }
    }
}
