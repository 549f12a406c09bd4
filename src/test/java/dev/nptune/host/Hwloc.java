package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Cpu.CacheType;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.EntityResolver;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// What hwloc makes of a machine: its objects, from the drawing or the XML that it prints.
///
/// @param objects objects of a processor in the order printed
/// @param unrepresented CPUs of the machine that are in no object: offline, or not for the process that asked
record Hwloc(List<Item> objects, CpuSet unrepresented) {
    private static final Pattern LINE = Pattern.compile("( *)([A-Za-z0-9]+)(?:\\[[^]]*])? L#\\d+ ?(?:\\((.*)\\))?");
    private static final Pattern NUMBER = Pattern.compile("(?:^| )P#(\\d+)");
    private static final Pattern SIZE = Pattern.compile("(?:^| )size=(\\d+)([KMG]iB)");
    private static final Pattern LINE_SIZE = Pattern.compile("(?:^| )linesize=(\\d+)");
    private static final Pattern WAYS = Pattern.compile("(?:^| )ways=(\\d+)");
    private static final Pattern KIND = Pattern.compile("(?:^| )cpukind=(\\d+)");
    private static final Pattern LEFT_OUT =
            Pattern.compile("(?m)^\\d+ processors not represented in topology: 0x([0-9a-f,x]+)$");

    /// An object.
    ///
    /// @param type hwloc's word, `L1dCache`
    /// @param id the operating system's number, if any
    /// @param cpus its CPUs
    /// @param bytes a cache's size as printed, in bytes
    /// @param lineBytes a cache's line
    /// @param ways a cache's associativity
    /// @param kind a core's kind, 0 the slowest
    record Item(
            String type,
            Optional<Integer> id,
            CpuSet cpus,
            Optional<Long> bytes,
            Optional<Integer> lineBytes,
            Optional<Integer> ways,
            Optional<Integer> kind) {}

    List<Item> of(String type) {
        return objects.stream().filter(o -> o.type().equals(type)).toList();
    }

    CpuSet cpus() {
        return of("PU").stream().map(Item::cpus).reduce(CpuSet.of(), CpuSet::or);
    }

    static Hwloc read(Path expected) throws IOException {
        String text = Files.readString(expected);
        return expected.toString().endsWith(".xml") ? xml(text) : console(text);
    }

    static Hwloc console(String text) {
        Matcher leftOut = LEFT_OUT.matcher(text);
        CpuSet unrepresented =
                leftOut.find() ? CpuSet.parseMask(leftOut.group(1).replace("0x", "")) : CpuSet.of();
        List<Open> all = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        Open machine = new Open(-1, "Machine", "");
        open.push(machine);
        for (String line : text.lines().toList()) {
            Matcher m = LINE.matcher(line);
            if (m.matches()) {
                Open object = new Open(m.group(1).length(), m.group(2), m.group(3) == null ? "" : m.group(3));
                while (open.element().indent >= object.indent) {
                    open.pop();
                }
                if (object.type.equals("PU")) {
                    open.forEach(o -> o.cpus.add(object.number().orElseThrow()));
                    object.cpus.add(object.number().orElseThrow());
                }
                object.parent = open.element();
                open.push(object);
                all.add(object);
            }
        }
        return new Hwloc(all.stream().map(Open::item).toList(), unrepresented);
    }

    /// An object whose end has not been met; a memory object has the CPUs of what it hangs on.
    private static final class Open {
        private final int indent;
        private final String type;
        private final String attributes;
        private final TreeSet<Integer> cpus = new TreeSet<>();
        private Open parent = this;

        Open(int indent, String type, String attributes) {
            this.indent = indent;
            this.type = type;
            this.attributes = attributes;
        }

        Optional<Integer> number() {
            return find(NUMBER).map(Integer::valueOf);
        }

        private Optional<String> find(Pattern pattern) {
            Matcher m = pattern.matcher(attributes);
            return m.find() ? Optional.of(m.group(1)) : Optional.empty();
        }

        Item item() {
            TreeSet<Integer> own = type.equals("NUMANode") ? parent.cpus : cpus;
            Matcher size = SIZE.matcher(attributes);
            return new Item(
                    type,
                    number(),
                    CpuSet.of(own.stream().mapToInt(Integer::intValue).toArray()),
                    size.find()
                            ? Optional.of(
                                    Values.bytes(size.group(1) + size.group(2).charAt(0)))
                            : Optional.empty(),
                    find(LINE_SIZE).map(Integer::valueOf),
                    find(WAYS).map(Integer::valueOf),
                    find(KIND).map(Integer::valueOf));
        }
    }

    static Hwloc xml(String text) throws IOException {
        try {
            var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
            EntityResolver nothing = (_, _) -> new InputSource(new StringReader(""));
            builder.setEntityResolver(nothing);
            NodeList elements =
                    builder.parse(new InputSource(new StringReader(text))).getElementsByTagName("object");
            List<Item> objects = new ArrayList<>();
            for (int i = 0; i < elements.getLength(); i++) {
                objects.add(item((Element) elements.item(i)));
            }
            return new Hwloc(objects, CpuSet.of());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(e);
        }
    }

    private static Item item(Element element) {
        String type = element.getAttribute("type");
        if (type.matches("L\\dCache")) {
            String kind = switch (element.getAttribute("cache_type")) {
                case "1" -> "d";
                case "2" -> "i";
                default -> "";
            };
            type = type.replace("Cache", kind + "Cache");
        }
        return new Item(
                type,
                number(element, "os_index"),
                cpus(element.getAttribute("cpuset")),
                number(element, "cache_size").map(Integer::longValue),
                number(element, "cache_linesize"),
                number(element, "cache_associativity"),
                Optional.empty());
    }

    private static CpuSet cpus(String masks) {
        BigInteger bits =
                new BigInteger(masks.isEmpty() ? "0" : masks.replace("0x", "").replace(",", ""), 16);
        assertThat(masks).as("words of 32 bits").matches("(0x[0-9a-f]{8},?)*|0x0");
        return CpuSet.of(java.util.stream.IntStream.range(0, bits.bitLength())
                .filter(bits::testBit)
                .toArray());
    }

    private static Optional<Integer> number(Element element, String name) {
        String text = element.getAttribute(name);
        return text.isEmpty() ? Optional.empty() : Optional.of(Integer.valueOf(text));
    }

    /// The word for a cache.
    static String type(CpuTopology.Cache cache) {
        String kind = switch (cache.type().orElse(CacheType.UNIFIED)) {
            case DATA -> "d";
            case INSTRUCTION -> "i";
            case UNIFIED -> "";
        };
        return "L" + cache.level() + kind + "Cache";
    }
}
