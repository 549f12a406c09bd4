package dev.nptune.kernel.module;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A kernel module as its file has it: a relocatable ELF object for x86-64, little-endian.
///
/// Bounds: the file's size is the reader's ([ModuleFile]); at most [#MOST_SECTIONS] sections and [#MOST_SYMBOLS]
/// symbols; each offset is checked against the file. Source: the ELF-64 object file format, and Linux's
/// `include/linux/module.h` for `__versions`.
public final class ElfModule {
    static final int MOST_SECTIONS = 1 << 16;
    static final int MOST_SYMBOLS = 1 << 20;

    private static final int SECTION_HEADER = 64;
    private static final int SYMBOL = 24;
    private static final int NOBITS = 8;
    private static final int SYMTAB = 2;
    private static final int FUNCTION = 2;
    private static final int RELOCATABLE = 1;
    /// A record of `__versions`: eight bytes of which four are the CRC, and the name.
    private static final int VERSION = 64;

    /// A section.
    ///
    /// @param type `sh_type`
    /// @param link `sh_link`: of a table of symbols, the section of their names
    private record Section(String name, int type, int link, ByteBuffer bytes) {}

    /// A symbol.
    ///
    /// @param section the number of the section it is defined in; 0 if it is another's
    /// @param value where in the section
    /// @param size in bytes
    private record Symbol(String name, int type, int section, long value, long size) {}

    private final List<Section> sections;
    private final List<Symbol> symbols;

    private ElfModule(List<Section> sections, List<Symbol> symbols) {
        this.sections = sections;
        this.symbols = symbols;
    }

    /// Reads one.
    ///
    /// @throws IOException if it is no module for x86-64
    public static ElfModule parse(byte[] file) throws IOException {
        ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        try {
            boolean right = elf.getInt(0) == 0x464C457F && elf.get(4) == 2 && elf.get(5) == 1;
            if (!right || elf.getShort(16) != RELOCATABLE || elf.getShort(18) != 62) {
                throw new IOException("it is no kernel module for x86-64");
            }
            List<Section> sections = sections(elf);
            return new ElfModule(sections, symbols(sections));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            throw new IOException("it is cut off or damaged", e);
        }
    }

    private static List<Section> sections(ByteBuffer elf) throws IOException {
        int begin = Math.toIntExact(elf.getLong(40));
        int count = Short.toUnsignedInt(elf.getShort(60));
        int names = Short.toUnsignedInt(elf.getShort(62));
        if (count > MOST_SECTIONS || names >= count) {
            throw new IOException("it has no table of sections");
        }
        ByteBuffer strings = bytes(elf, begin + names * SECTION_HEADER);
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = begin + i * SECTION_HEADER;
            String name = string(strings, elf.getInt(at));
            sections.add(new Section(name, elf.getInt(at + 4), elf.getInt(at + 40), bytes(elf, at)));
        }
        return sections;
    }

    private static ByteBuffer bytes(ByteBuffer elf, int header) {
        boolean empty = elf.getInt(header + 4) == NOBITS || elf.getInt(header + 4) == 0;
        int size = empty ? 0 : Math.toIntExact(elf.getLong(header + 32));
        int offset = empty ? 0 : Math.toIntExact(elf.getLong(header + 24));
        return elf.slice(offset, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String string(ByteBuffer strings, int at) {
        int end = at;
        while (strings.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - at];
        strings.get(at, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static List<Symbol> symbols(List<Section> sections) throws IOException {
        List<Symbol> symbols = new ArrayList<>();
        for (Section table : sections) {
            if (table.type != SYMTAB) {
                continue;
            }
            ByteBuffer bytes = table.bytes;
            ByteBuffer names = sections.get(table.link).bytes;
            int count = bytes.limit() / SYMBOL;
            if (count > MOST_SYMBOLS) {
                throw new IOException("it has more than " + MOST_SYMBOLS + " symbols");
            }
            for (int i = 1; i < count; i++) {
                int at = i * SYMBOL;
                symbols.add(new Symbol(
                        string(names, bytes.getInt(at)),
                        bytes.get(at + 4) & 0xF,
                        Short.toUnsignedInt(bytes.getShort(at + 6)),
                        bytes.getLong(at + 8),
                        bytes.getLong(at + 16)));
            }
        }
        return symbols;
    }

    private Optional<ByteBuffer> section(String name) {
        return sections.stream()
                .filter(s -> s.name.equals(name))
                .map(Section::bytes)
                .findFirst();
    }

    /// The values of one name of `.modinfo`, such as `vermagic`; several of `alias`.
    public List<String> info(String name) {
        List<String> values = new ArrayList<>();
        ByteBuffer bytes = section(".modinfo").orElse(ByteBuffer.allocate(0));
        byte[] all = new byte[bytes.limit()];
        bytes.get(0, all);
        for (String entry : new String(all, StandardCharsets.ISO_8859_1).split("\0")) {
            if (entry.startsWith(name + "=")) {
                values.add(entry.substring(name.length() + 1));
            }
        }
        return values;
    }

    /// The version of each symbol of others that it was built against, from `__versions`; empty if the kernel does not
    /// keep versions, or keeps them in the newer form of two sections.
    public Map<String, Integer> versions() throws IOException {
        ByteBuffer bytes = section("__versions").orElse(ByteBuffer.allocate(0));
        Map<String, Integer> versions = new LinkedHashMap<>();
        for (int at = 0; at + VERSION <= bytes.limit(); at += VERSION) {
            byte[] name = new byte[VERSION - 8];
            bytes.get(at + 8, name);
            String text = new String(name, StandardCharsets.ISO_8859_1);
            int end = text.indexOf('\0');
            versions.put(end < 0 ? text : text.substring(0, end), bytes.getInt(at));
        }
        return versions;
    }

    /// The symbols of others that it needs.
    public List<String> imports() {
        return symbols.stream()
                .filter(s -> s.section == 0 && !s.name.isEmpty())
                .map(Symbol::name)
                .sorted()
                .toList();
    }

    /// The symbols that it has for others.
    public List<String> exports() {
        return symbols.stream()
                .map(Symbol::name)
                .filter(name -> name.startsWith("__ksymtab_"))
                .map(name -> name.substring("__ksymtab_".length()))
                .sorted()
                .toList();
    }

    /// The machine code of functions of a name, with the suffixes that the compiler gives their parts (`.cold`,
    /// `.isra.0`); none if there is none.
    public List<byte[]> code(String function) {
        List<byte[]> found = new ArrayList<>();
        for (Symbol each : symbols) {
            boolean named = each.name.equals(function) || each.name.startsWith(function + ".");
            if (named && each.type == FUNCTION && each.section > 0 && each.section < sections.size()) {
                ByteBuffer text = sections.get(each.section).bytes;
                if (each.value >= 0 && each.size >= 0 && each.value + each.size <= text.limit()) {
                    byte[] code = new byte[(int) each.size];
                    text.get((int) each.value, code);
                    found.add(code);
                }
            }
        }
        return found;
    }

    /// The names of its functions.
    List<String> functions() {
        return symbols.stream()
                .filter(s -> s.type == FUNCTION && s.section > 0)
                .map(Symbol::name)
                .toList();
    }

    /// The whole note that holds the build's number, as `/sys/module/NAME/notes/.note.gnu.build-id` shows it.
    public Optional<byte[]> buildId() {
        return section(".note.gnu.build-id").map(bytes -> {
            byte[] note = new byte[bytes.limit()];
            bytes.get(0, note);
            return note;
        });
    }
}
