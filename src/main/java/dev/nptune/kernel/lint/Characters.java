package dev.nptune.kernel.lint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Characters that web pages and word processors put into patches, in UTF-8 read as ISO 8859-1, and what stood there.
final class Characters {
    private static final Map<String, String> HIDDEN = new LinkedHashMap<>();
    private static final Map<String, String> QUOTES = new LinkedHashMap<>();
    private static final Map<String, String> ENTITIES = new LinkedHashMap<>();
    private static final Pattern HIDDEN_ANY = Pattern.compile(
            "\u00c2\u00a0|\u00e2\u0080[\u008b-\u008f\u00a8-\u00ae]|\u00e2\u0081\u00a0|\u00ef\u00bb\u00bf");
    private static final Pattern QUOTES_ANY = Pattern.compile("\u00e2\u0080[\u0098-\u009f]");
    private static final Pattern ENTITY = Pattern.compile("&(?:lt|gt|amp|quot|nbsp|apos|#39|#x27|#34|#60|#62|#38);");
    /// What no address of a variable looks like.
    private static final Pattern SURE_ENTITY =
            Pattern.compile("-&gt;|&lt;[\\w./-]+&gt;|&amp;|&quot;|&nbsp;|&apos;|&#(?:39|x27|34|60|62|38);");

    static {
        HIDDEN.put("\u00c2\u00a0", " ");
        QUOTES.put("\u00e2\u0080\u0098", "'");
        QUOTES.put("\u00e2\u0080\u0099", "'");
        QUOTES.put("\u00e2\u0080\u009a", "'");
        QUOTES.put("\u00e2\u0080\u009b", "'");
        for (char c = '\u009c'; c <= '\u009f'; c++) {
            QUOTES.put("\u00e2\u0080" + c, "\"");
        }
        ENTITIES.put("&lt;", "<");
        ENTITIES.put("&gt;", ">");
        ENTITIES.put("&amp;", "&");
        ENTITIES.put("&quot;", "\"");
        ENTITIES.put("&nbsp;", " ");
        ENTITIES.put("&apos;", "'");
        ENTITIES.put("&#39;", "'");
        ENTITIES.put("&#x27;", "'");
        ENTITIES.put("&#34;", "\"");
        ENTITIES.put("&#60;", "<");
        ENTITIES.put("&#62;", ">");
        ENTITIES.put("&#38;", "&");
    }

    private Characters() {}

    static boolean hasHidden(String text) {
        return HIDDEN_ANY.matcher(text).find();
    }

    static String withoutHidden(String text) {
        return replaced(HIDDEN_ANY, HIDDEN, text);
    }

    static boolean hasQuotes(String text) {
        return QUOTES_ANY.matcher(text).find();
    }

    static String plainQuotes(String text) {
        return replaced(QUOTES_ANY, QUOTES, text);
    }

    /// Whether there are entities that are no C.
    static boolean hasEntities(String text) {
        return SURE_ENTITY.matcher(text).find();
    }

    static String withoutEntities(String text) {
        return replaced(ENTITY, ENTITIES, text);
    }

    private static String replaced(Pattern any, Map<String, String> table, String text) {
        return any.matcher(text).replaceAll(found -> Matcher.quoteReplacement(table.getOrDefault(found.group(), "")));
    }
}
