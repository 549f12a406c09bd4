package dev.nptune.vm;

import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.XMLFilterImpl;

/// Collects what a validator says, and puts it into words for whoever wrote the XML.
///
/// Jing names the element or attribute it stumbled over and what it would have taken instead, which below `devices` is
/// a list of thirty names. Here that list serves only to guess what was meant.
final class SchemaProblems implements ErrorHandler {
    private static final Pattern ELEMENT =
            Pattern.compile("element \"[^\"]*\".* not allowed (?:here|yet|anywhere)(.*)");
    private static final Pattern ATTRIBUTE = Pattern.compile("(?:found )?attribute \"([^\"]*)\".* allowed here(.*)");
    private static final Pattern VALUE = Pattern.compile("value of attribute \"([^\"]*)\" is invalid(.*)");
    private static final Pattern CONTENT = Pattern.compile("character content of element \"[^\"]*\" invalid(.*)");
    private static final Pattern TEXT = Pattern.compile("text not allowed here.*");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final int MAX_SHOWN = 40;

    private final List<SchemaProblem> problems = new ArrayList<>();
    private final Deque<Element> open = new ArrayDeque<>();
    private final Iterator<Element> coming;

    /// @param root the root of what is validated
    SchemaProblems(Element root) {
        coming = root.walk().iterator();
    }

    /// Ends validation when there are enough problems.
    static final class EnoughException extends SAXException {
        @Serial
        private static final long serialVersionUID = 1;
    }

    List<SchemaProblem> list() {
        return List.copyOf(problems);
    }

    /// The validator's handler, with this one looking over its shoulder: it keeps count of where in the text it is.
    ContentHandler around(ContentHandler validator) {
        XMLFilterImpl follower = new XMLFilterImpl() {
            private int length;

            @Override
            public void startElement(String uri, String local, String name, Attributes attributes) throws SAXException {
                for (int i = 0; i < attributes.getLength(); i++) {
                    bound(attributes.getValue(i).length());
                }
                length = 0;
                open.push(coming.next());
                super.startElement(uri, local, name, attributes);
            }

            @Override
            public void characters(char[] text, int from, int count) throws SAXException {
                length += count;
                bound(length);
                super.characters(text, from, count);
            }

            @Override
            public void endElement(String uri, String local, String name) throws SAXException {
                length = 0;
                super.endElement(uri, local, name);
                open.pop();
            }
        };
        follower.setContentHandler(validator);
        return follower;
    }

    private static void bound(int length) throws SAXException {
        if (length > DomainSchema.MAX_VALUE) {
            throw new SAXException("a value of more than " + DomainSchema.MAX_VALUE + " characters");
        }
    }

    @Override
    public void warning(SAXParseException e) {
        // says nothing against the XML
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
        throw e;
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
        String said = String.valueOf(e.getMessage());
        Element element = open.getFirst();
        int line = TEXT.matcher(said).matches() ? e.getLineNumber() : element.line();
        problems.add(new SchemaProblem(line, Printable.brief(inWords(said, element), DomainSchema.MAX_MESSAGE)));
        if (problems.size() == DomainSchema.MAX_PROBLEMS) {
            throw new EnoughException();
        }
    }

    private static String inWords(String said, Element element) {
        String name = Printable.brief(element.name(), MAX_SHOWN);
        Matcher matcher = ELEMENT.matcher(said);
        if (matcher.matches()) {
            return unwanted(name, element, names(matcher.group(1)));
        }
        matcher = ATTRIBUTE.matcher(said);
        if (matcher.matches()) {
            String attribute = Printable.brief(matcher.group(1), MAX_SHOWN);
            return "attribute " + attribute + " is not allowed in <" + name + ">"
                    + guess(matcher.group(1), names(matcher.group(2)), "", "");
        }
        matcher = VALUE.matcher(said);
        if (matcher.matches()) {
            String value = element.attribute(matcher.group(1)).orElse("");
            String attribute = Printable.brief(matcher.group(1), MAX_SHOWN);
            return invalid(value, attribute + " of <" + name + ">", matcher.group(2));
        }
        matcher = CONTENT.matcher(said);
        if (matcher.matches()) {
            return invalid(element.content(), "<" + name + ">", matcher.group(1));
        }
        return TEXT.matcher(said).matches() ? "text is not allowed in <" + name + ">" : said;
    }

    /// Of several demands none is quoted: they are long, and the validator gives them in any order.
    private static String invalid(String value, String where, String wanted) {
        return "'" + Printable.brief(value, MAX_SHOWN) + "' is not valid for " + where
                + (wanted.contains(" or must be ") ? "" : wanted);
    }

    /// An element that the schema does not know at all, not here, or not once more.
    private static String unwanted(String name, Element element, List<String> wanted) {
        Element parent = element.parent();
        if (parent == null) {
            return "<" + name + "> is not allowed as the root";
        }
        String inside = Printable.brief(parent.name(), MAX_SHOWN);
        boolean again = parent.children(element.name()).getFirst() != element && !wanted.contains(element.name());
        return again
                ? "a second <" + name + "> is not allowed in <" + inside + ">"
                : "<" + name + "> is not allowed in <" + inside + ">" + guess(element.name(), wanted, "<", ">");
    }

    private static String guess(String name, List<String> wanted, String before, String after) {
        List<String> near = NearMiss.of(name, wanted);
        return near.isEmpty() ? "" : "; did you mean " + before + near.getFirst() + after + "?";
    }

    private static List<String> names(String text) {
        return QUOTED.matcher(text).results().map((MatchResult m) -> m.group(1)).toList();
    }
}
