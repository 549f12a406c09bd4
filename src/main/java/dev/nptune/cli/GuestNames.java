package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.vm.GuestKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which operating system names speak of.
final class GuestNames {
    private static final Map<GuestKind, Pattern> WORDS = Map.of(
            GuestKind.WINDOWS_11, windows("11"),
            GuestKind.WINDOWS_10, windows("10"),
            GuestKind.LINUX,
                    Pattern.compile("(?<![a-z])(?:linux|archlinux|ubuntu|kubuntu|debian|fedora|opensuse|linuxmint"
                            + "|manjaro|nobara|bazzite|cachyos|endeavouros|steamos)(?![a-z])"));

    private GuestNames() {}

    private static Pattern windows(String number) {
        return Pattern.compile("(?<![a-z0-9])w(?:in(?:dows)?)?[ ._-]?" + number + "(?![0-9])");
    }

    /// What `--os` says; else the VM's name; else the file names of its CDs, the first that says anything.
    static GuestKind of(@Nullable String os, String name, List<String> isos) throws UserException {
        if (os != null) {
            return told(os).orElseThrow(() -> NewVmOptions.wrong(
                    "--os " + Printable.line(os) + " is not known", "use one of: win11, win10, linux"));
        }
        Optional<GuestKind> told = told(name);
        for (String iso : isos) {
            Path file = Path.of(iso).getFileName();
            if (told.isEmpty() && file != null) {
                told = told(file.toString());
            }
        }
        return told.orElseThrow(() -> NewVmOptions.wrong(
                "neither the name nor an ISO's says what is to run in the VM", "say it: --os win11, win10 or linux"));
    }

    /// Empty too where a text speaks of several.
    private static Optional<GuestKind> told(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        List<GuestKind> all = WORDS.entrySet().stream()
                .filter(e -> e.getValue().matcher(lower).find())
                .map(Map.Entry::getKey)
                .toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }
}
