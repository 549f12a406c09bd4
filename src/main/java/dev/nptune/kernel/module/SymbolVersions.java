package dev.nptune.kernel.module;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A `Module.symvers`: the version (CRC of the type) of each symbol that the kernel and its modules export. The kernel
/// refuses a module built against another.
///
/// @param crcs by the symbol's name
/// @param owners which module has the symbol, such as `vmlinux` or `arch/x86/kvm/kvm`
record SymbolVersions(Map<String, Integer> crcs, Map<String, String> owners) {
    private static final long LARGEST = 64L << 20;

    /// Reads lines of CRC, symbol, module, licence and name space, with tabs between.
    static SymbolVersions read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than " + (LARGEST >> 20) + " MiB");
        }
        return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    static SymbolVersions parse(String text) throws IOException {
        Map<String, Integer> crcs = new HashMap<>();
        Map<String, String> owners = new HashMap<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.split("\t", -1);
            if (fields.length < 3 || !fields[0].matches("0x[0-9a-f]{8}")) {
                throw new IOException("Module.symvers has a line without a version: " + line);
            }
            crcs.put(fields[1], Integer.parseUnsignedInt(fields[0].substring(2), 16));
            owners.put(fields[1], fields[2]);
        }
        return new SymbolVersions(crcs, owners);
    }

    /// What of a module's needs does not fit: a symbol that is nowhere, or of another version.
    ///
    /// @param others what is built along with it
    List<String> misfits(Map<String, Integer> versions, SymbolVersions others) {
        List<String> misfits = new ArrayList<>();
        versions.forEach((symbol, crc) -> {
            Integer has = others.crcs.containsKey(symbol) ? others.crcs.get(symbol) : crcs.get(symbol);
            if (has == null) {
                misfits.add(symbol + " is exported by nobody");
            } else if (!has.equals(crc)) {
                misfits.add("%s has version %08x, built against %08x".formatted(symbol, has, crc));
            }
        });
        return misfits;
    }

    /// The symbols of a module whose version a rebuilt one has changed, or that it lacks.
    ///
    /// @param owner the module as [#owners] names it
    List<String> changed(String owner, SymbolVersions rebuilt) {
        return owners.entrySet().stream()
                .filter(e -> e.getValue().equals(owner))
                .map(Map.Entry::getKey)
                .filter(symbol -> !Objects.equals(crcs.get(symbol), rebuilt.crcs.get(symbol)))
                .sorted()
                .toList();
    }
}
