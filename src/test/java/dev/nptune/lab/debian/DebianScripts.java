package dev.nptune.lab.debian;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// The scripts that make and drive the Debian of the lab, which lie beside this package.
final class DebianScripts {
    private static final String BASE = "base.sh";
    private static final List<String> VARIANT = List.of("variant.sh", "settle.sh", "install-grub.sh");

    private DebianScripts() {}

    static String text(String name) throws IOException {
        try (InputStream in = DebianScripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no test resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Puts those that make images into a folder.
    static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(BASE), text(BASE));
        for (String name : VARIANT) {
            Files.writeString(folder.resolve(name), text(name));
        }
    }

    /// The name of the tree that all variants start from.
    static String baseName() throws IOException {
        return "base-" + digest(List.of(BASE));
    }

    /// The name of a variant's image.
    static String name(DebianVariant variant) throws IOException {
        List<String> scripts = new java.util.ArrayList<>(VARIANT);
        scripts.add(BASE);
        return variant.label() + "-" + digest(scripts) + ".raw";
    }

    private static String digest(List<String> scripts) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String script : scripts) {
                digest.update(text(script).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
