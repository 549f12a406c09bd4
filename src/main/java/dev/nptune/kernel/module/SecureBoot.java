package dev.nptune.kernel.module;

import dev.nptune.internal.text.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Whether a kernel loads only signed modules.
///
/// @param secureBoot what the firmware says: `on`, `off`, `no UEFI`, or why it is not known
/// @param lockdown what the kernel says of its lockdown: `none`, `integrity`, `confidentiality`, or `unknown`
/// @param enforced whether the kernel was told to refuse modules without a signature that it knows
public record SecureBoot(String secureBoot, String lockdown, boolean enforced) {
    private static final String VARIABLE = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final int MOST = 4096;

    /// Reads it below a root.
    public static SecureBoot read(Path root) {
        return new SecureBoot(
                firmware(root),
                lockdown(text(root.resolve("sys/kernel/security/lockdown"))),
                text(root.resolve("sys/module/module/parameters/sig_enforce")).equals("Y"));
    }

    /// Whether a module needs a signature to be loaded. Secure Boot alone asks for none: it is the kernel's
    /// lockdown that does, which distributions turn on with it. Where that is not known, it is taken to.
    public boolean needsSignature() {
        return enforced
                || lockdown.equals("integrity")
                || lockdown.equals("confidentiality")
                || (lockdown.equals("unknown") && !secureBoot.equals("off") && !secureBoot.equals("no UEFI"));
    }

    /// Four bytes of attributes and one that is 1 if it is on.
    private static String firmware(Path root) {
        if (!Files.isDirectory(root.resolve("sys/firmware/efi"))) {
            return "no UEFI";
        }
        try (var in = Files.newInputStream(root.resolve(VARIABLE))) {
            byte[] value = in.readNBytes(MOST);
            return value.length == 5 ? value[4] == 1 ? "on" : "off" : "unknown: the variable has another form";
        } catch (NoSuchFileException _) {
            return "off";
        } catch (IOException e) {
            return "unknown: " + IoReason.of(e);
        }
    }

    private static String lockdown(String says) {
        int begin = says.indexOf('[');
        int end = says.indexOf(']');
        return begin >= 0 && end > begin ? says.substring(begin + 1, end) : "unknown";
    }

    private static String text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST), java.nio.charset.StandardCharsets.ISO_8859_1).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
