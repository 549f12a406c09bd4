package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.nio.charset.StandardCharsets;

/// UEFI variables as `efivarfs` shows them: four bytes of attributes, then the value. Up to 4 KiB are read.
public final class EfiVariables {
    static final String DIRECTORY = "/sys/firmware/efi/efivars/";
    /// Where boot loaders leave notes for the system they start. Source: systemd's Boot Loader Interface.
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final int ATTRIBUTES = 4;

    private EfiVariables() {}

    static Fact<Boolean> secureBoot(Tree tree) {
        return tree.bytes(DIRECTORY + "SecureBoot" + GLOBAL, 4096).map(EfiVariables::flag);
    }

    /// A note of the boot loader, such as `LoaderInfo`.
    static Fact<String> loader(Tree tree, String name) {
        return tree.bytes(path(name), 4096).map(EfiVariables::text);
    }

    /// Where a note of the boot loader, or for it, is.
    public static String path(String name) {
        return DIRECTORY + name + LOADER;
    }

    /// @throws IllegalArgumentException unless it is one byte, 0 or 1
    static boolean flag(byte[] content) {
        if (content.length != ATTRIBUTES + 1 || content[ATTRIBUTES] < 0 || content[ATTRIBUTES] > 1) {
            throw new IllegalArgumentException("not a flag of one byte");
        }
        return content[ATTRIBUTES] == 1;
    }

    /// Text up to the first NUL.
    ///
    /// @throws IllegalArgumentException if it is no UTF-16
    static String text(byte[] content) {
        if (content.length < ATTRIBUTES || content.length % 2 != 0) {
            throw new IllegalArgumentException("not a text in UTF-16");
        }
        String text = new String(content, ATTRIBUTES, content.length - ATTRIBUTES, StandardCharsets.UTF_16LE);
        int end = text.indexOf('\0');
        return Printable.line(end < 0 ? text : text.substring(0, end));
    }
}
