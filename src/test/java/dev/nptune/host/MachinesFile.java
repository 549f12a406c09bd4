package dev.nptune.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A machine's files as one readable text. Line by line, white space in front without meaning:
///
/// ```
/// # a remark
/// /path: value                   a file of one line
/// /path empty                    a file of no bytes
/// /path -> target                a symbolic link, the target as in the link
/// /path <<END                    a file of the lines up to END; "+<<END" adds them to a file already begun
/// /path args <<END               the same, each line ended by a zero byte, as in /proc/PID/cmdline
/// /path hex SIZE                 a binary file: lines "OFFSET: bytes" up to "end"; what they leave out is zero
/// command KEY <<END              what a program answered; KEY as in Command.key()
/// in /directory {                paths up to "}" are below that directory
/// each a b c {                   lines "= 1 2 3" give values, then everything up to "}" counts once for each,
///                                with the values for $a, $b and $c
/// pci-root, pci PATH {           see MachinesPci
/// usb PATH {                     a directory below /sys/devices, and its link in /sys/bus/usb/devices
/// ```
///
/// A path that is given twice is an error.
final class MachinesFile {
    /// What lies at a path.
    sealed interface Entry {
        /// A file.
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Content(byte[] bytes) implements Entry {}

        /// A symbolic link.
        record Link(String target) implements Entry {}
    }

    private final List<String> lines;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> commands = new LinkedHashMap<>();
    private final MachinesPci pci = new MachinesPci(this);

    private Map<String, String> variables = Map.of();
    private int at;

    private MachinesFile(List<String> lines) {
        this.lines = lines;
    }

    /// @throws IllegalArgumentException if the text is not of that form, naming the line
    static MachinesFile parse(String text) {
        MachinesFile file = new MachinesFile(text.lines().toList());
        try {
            while (file.at < file.lines.size()) {
                file.statement(file.next().strip(), "/");
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + file.at + ": " + e.getMessage(), e);
        }
        return file;
    }

    /// Files and links by absolute path.
    Map<String, Entry> entries() {
        return entries;
    }

    /// Answers of programs by key.
    Map<String, String> commands() {
        return commands;
    }

    /// The next line, variables put in.
    String next() {
        String line = lines.get(at++);
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            line = line.replaceAll("\\$" + variable.getKey() + "\\b", variable.getValue());
        }
        return line;
    }

    private void block(String directory) {
        for (String line = next().strip(); !line.equals("}"); line = next().strip()) {
            statement(line, directory);
        }
    }

    void statement(String line, String directory) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String[] words = line.split("\\s+", 3);
        switch (words[0]) {
            case "in" -> block(path(directory, words[1]) + "/");
            case "each" -> each(line.split("\\s+"), directory);
            case "command" -> commands.put(words[1], String.join("\n", document(words[2])) + "\n");
            case "pci-root" -> pci.root(line.split("\\s+"));
            case "pci" -> pci.function(words[1]);
            case "usb" -> usb(words[1]);
            default -> entry(line, directory);
        }
    }

    /// The lines of a block so often as there are rows, each time from its start.
    private void each(String[] words, String directory) {
        String[] names = Arrays.copyOfRange(words, 1, words.length - 1);
        List<String[]> rows = lines.subList(at, lines.size()).stream()
                .takeWhile(line -> line.startsWith("= "))
                .map(line -> line.substring(2).split(" "))
                .toList();
        int start = at + rows.size();
        for (String[] row : rows) {
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < names.length; i++) {
                values.put(names[i], row[i]);
            }
            variables = values;
            at = start;
            block(directory);
        }
        variables = Map.of();
    }

    private void usb(String path) {
        link("/sys/bus/usb/devices/" + path.substring(path.lastIndexOf('/') + 1), "../../../devices/" + path);
        block("/sys/devices/" + path + "/");
    }

    private void entry(String line, String directory) {
        String[] words = line.split("\\s+", 2);
        String path = path(directory, words[0]);
        String rest = words.length > 1 ? words[1] : "";
        if (path.endsWith(":") && !rest.startsWith("<<")) {
            put(path.substring(0, path.length() - 1), rest + "\n");
        } else if (rest.startsWith("-> ")) {
            link(path, rest.substring(3));
        } else if (rest.startsWith("<<")) {
            put(path, text(document(rest)));
        } else if (rest.startsWith("+<<")) {
            put(path, begun(path) + text(document(rest.substring(1))));
        } else if (rest.startsWith("args <<")) {
            put(path, String.join("\0", document(rest.substring(5))) + "\0");
        } else if (rest.startsWith("hex ")) {
            put(path, hex(Integer.parseInt(rest.substring(4)), "end"));
        } else if (rest.equals("empty")) {
            put(path, new byte[0]);
        } else {
            throw new IllegalArgumentException("not understood: " + line);
        }
    }

    private static String path(String directory, String path) {
        return path.startsWith("/") ? path : directory + path;
    }

    /// The text of a file that is added to, which is then put again.
    private String begun(String path) {
        return entries.remove(path) instanceof Entry.Content(byte[] bytes)
                ? new String(bytes, StandardCharsets.UTF_8)
                : "";
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    private List<String> document(String mark) {
        String end = mark.substring(2);
        int start = at;
        while (!next().equals(end)) {
            if (at == lines.size()) {
                throw new IllegalArgumentException("no " + end);
            }
        }
        int last = at - 1;
        at = start;
        List<String> document =
                IntStream.range(start, last).mapToObj(_ -> next()).toList();
        at = last + 1;
        return document;
    }

    /// Rows `OFFSET: bytes` up to a line that ends them.
    byte[] hex(int size, String end) {
        byte[] content = new byte[size];
        for (String line = next().strip(); !line.equals(end); line = next().strip()) {
            String[] row = line.split(": ", 2);
            byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(row[1]);
            System.arraycopy(bytes, 0, content, HexFormat.fromHexDigits(row[0]), bytes.length);
        }
        return content;
    }

    void put(String path, String text) {
        put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    void put(String path, byte[] content) {
        add(path, new Entry.Content(content));
    }

    void link(String path, String target) {
        add(path, new Entry.Link(target));
    }

    private void add(String path, Entry entry) {
        if (!path.startsWith("/") || entries.put(path, entry) != null) {
            throw new IllegalArgumentException("not absolute, or given twice: " + path);
        }
    }
}
