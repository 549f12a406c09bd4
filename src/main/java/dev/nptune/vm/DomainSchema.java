package dev.nptune.vm;

import com.thaiopensource.util.PropertyMap;
import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.IncorrectSchemaException;
import com.thaiopensource.validate.Schema;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.Validator;
import com.thaiopensource.validate.rng.SAXSchemaReader;
import dev.nptune.host.Fact;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/// Holds a domain's XML against libvirt's schema (RELAX NG), as `virt-xml-validate` and `virsh define --validate` do.
///
/// The schema is trusted, the domain's text is not: it comes within the bounds of [Domain], no `DOCTYPE` is read, and
/// text and attribute values longer than [#MAX_VALUE] are not given to the schema's regular expressions.
public final class DomainSchema {
    /// Where libvirt installs its schemas.
    public static final String FOLDER = "/usr/share/libvirt/schemas";

    /// The most problems listed.
    public static final int MAX_PROBLEMS = 50;

    /// The longest message, in characters.
    static final int MAX_MESSAGE = 200;

    /// The longest text or attribute value that is validated, in characters. The JDK's regular expressions call
    /// themselves at each repetition: a CPU list may run out of stack even before this.
    static final int MAX_VALUE = 4096;

    static final Fact<List<SchemaProblem>> NOT_VALIDATED =
            Fact.unreadable(FOLDER, "not validated: only a machine's own libvirt can, and there");

    private static final String FILE = "domain.rng";
    private static final String INSTALL = "install libvirt (on Debian and Ubuntu: libvirt0), which brings its schemas";

    private DomainSchema() {}

    /// What the schema has against a domain, in the order of its text.
    ///
    /// @param schemas the folder of libvirt's schemas
    /// @return at most [#MAX_PROBLEMS]; none if the domain is valid; unreadable if it could not be validated
    static Fact<List<SchemaProblem>> problems(Path schemas, Domain domain) {
        Path file = schemas.resolve(FILE);
        String source = file.toString();
        if (!Files.exists(file)) {
            return Fact.unreadable(source, "not validated: no such file; " + INSTALL);
        }
        try {
            return Fact.known(validate(load(file), domain), source);
        } catch (IOException e) {
            return Fact.unreadable(source, "not validated: " + IoReason.of(e));
        } catch (StackOverflowError _) {
            return Fact.unreadable(source, "not validated: a value is too long for the schema's expressions");
        } catch (SAXException | IncorrectSchemaException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return Fact.unreadable(source, "not validated: " + Printable.brief(reason, MAX_MESSAGE));
        }
    }

    private static Schema load(Path file) throws IOException, SAXException, IncorrectSchemaException {
        return SAXSchemaReader.getInstance()
                .createSchema(new InputSource(file.toUri().toString()), with(new Strict()));
    }

    private static List<SchemaProblem> validate(Schema schema, Domain domain) throws IOException, SAXException {
        SchemaProblems problems = new SchemaProblems(domain.root());
        Validator validator = schema.createValidator(with(problems));
        XMLReader reader = reader();
        reader.setContentHandler(problems.around(validator.getContentHandler()));
        reader.setErrorHandler(new Strict());
        try {
            reader.parse(new InputSource(new StringReader(domain.xml())));
        } catch (SchemaProblems.EnoughException _) {
            // the list is full
        }
        return problems.list();
    }

    private static PropertyMap with(ErrorHandler handler) {
        PropertyMapBuilder properties = new PropertyMapBuilder();
        properties.put(ValidateProperty.ERROR_HANDLER, handler);
        properties.put(ValidateProperty.XML_READER_CREATOR, DomainSchema::reader);
        return properties.toPropertyMap();
    }

    /// A parser that declares and fetches nothing.
    private static XMLReader reader() throws SAXException {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
            factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
            return factory.newSAXParser().getXMLReader();
        } catch (ParserConfigurationException e) {
            throw new SAXException(e);
        }
    }

    /// For texts that ought to be sound: the first error ends it.
    private static final class Strict extends DefaultHandler {
        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
