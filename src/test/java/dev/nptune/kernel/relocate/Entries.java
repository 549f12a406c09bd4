package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// New members of lists that resemble their neighbours.
final class Entries {
    private Entries() {}

    /// One to three entries of a table, some under a comment of their own.
    static List<String> like(String neighbour, Random random) {
        List<String> lines = new ArrayList<>();
        String indent = Source.indent(neighbour);
        if (random.nextInt(3) == 0) {
            lines.add(indent + "/* Vendor " + (1000 + random.nextInt(9000)) + " */");
        }
        int count = 1 + random.nextInt(3);
        String entry = neighbour.strip().startsWith("{") && neighbour.strip().endsWith("},") && random.nextInt(3) > 0
                ? neighbour.strip()
                : "{ NP_VENDOR, 0x0000, np_handler },";
        for (int i = 0; i < count; i++) {
            String id = String.format("0x%04X", random.nextInt(65536));
            lines.add(indent
                    + (entry.matches(".*0x\\w+.*")
                            ? entry.replaceFirst("0x\\w+", id)
                            : "{ NP_VENDOR, " + id + ", np_handler },"));
        }
        return lines;
    }

    static List<String> function(Random random) {
        int name = 1000 + random.nextInt(9000);
        return List.of("", "static int np_func" + name + "(int np)", "{", "\treturn np + " + name + ";", "}");
    }

    static String include(String neighbour, Random random) {
        String folder = neighbour.contains("<linux/") ? "<linux/" : neighbour.contains("<asm/") ? "<asm/" : "<np/";
        return "#include " + folder + (char) ('a' + random.nextInt(26)) + "np" + random.nextInt(1000) + ".h>";
    }

    static List<String> caseOf(String neighbour, Random random) {
        String indent = Source.indent(neighbour);
        int name = 1000 + random.nextInt(9000);
        return List.of(indent + "case NP_" + name + ":", indent + "\tnp_case" + name + "();", indent + "\tbreak;");
    }

    static String listLine(String neighbour, Random random) {
        int name = 1000 + random.nextInt(9000);
        return neighbour.startsWith("\tselect")
                ? "\tselect NP_" + name
                : "obj-$(CONFIG_NP" + name + ")\t\t+= " + (char) ('a' + random.nextInt(26)) + "np" + name
                        + (neighbour.endsWith("/") ? "/" : ".o");
    }
}
