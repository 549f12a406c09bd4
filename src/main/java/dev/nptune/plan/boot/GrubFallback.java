package dev.nptune.plan.boot;

import dev.nptune.host.Storage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// GRUB's way back. A variable in its environment block says how far a trial is:
///
/// ```
/// pending ──GRUB──► tried ──boot-check──► (unset)
///                     └────GRUB──► failed
/// ```
///
/// GRUB goes on with the new menu only where it could write down that it does. On `tried`, which means that nobody has
/// found the boot before to be well, and on `failed` it takes the menu that was kept. So it needs a file system that it
/// can write to.
final class GrubFallback {
    /// The variable.
    static final String VARIABLE = "nptune_trial";
    /// Its value before the first boot.
    static final String PENDING = "pending";
    /// What is put in front of the name of a file that is kept.
    static final String KEPT = "nptune-before-";
    /// Generates what decides. After `00_header`, which reads the environment block and sets the default.
    static final String DECIDES = "/etc/grub.d/06_nptune";
    /// Generates the entry for people. After the systems, so that entries that are named by number stay what they are.
    static final String OFFERS = "/etc/grub.d/45_nptune";

    /// What GRUB's `save_env` can write to. Source: GRUB's manual, "Environment block", and its check of the disk.
    private static final Pattern WRITABLE = Pattern.compile("ext[234]|vfat|xfs");
    private static final Pattern PLAIN =
            Pattern.compile("/dev/(?:nvme\\d+n\\d+p\\d+|[hsv]d[a-z]+\\d+|mmcblk\\d+p\\d+)");

    /// The title of the entry for people.
    static final String OFFERED = "Menu before the last change by nptune";

    private static final String HEAD = """
            #!/bin/sh
            # Made by nptune; 'nptune rollback' takes it away again.
            cat << 'END'
            """;

    private GrubFallback() {}

    /// What [#DECIDES] holds.
    ///
    /// @param back what leads back, in GRUB's language
    static String decides(String back) {
        return HEAD + """
                # The menu before the last change, unless the change has been found to boot.
                if [ "$nptune_fallback" != 1 ]; then
                %sfi
                END
                """.formatted(decision("save_env " + VARIABLE, back).indent(2));
    }

    /// The decision in GRUB's language.
    ///
    /// @param save the command that writes the variable down
    /// @param back what leads back
    static String decision(String save, String back) {
        return """
                set nptune_back=
                if [ "$nptune_trial" = pending ]; then
                  set nptune_trial=tried
                  if %s; then
                    true
                  else
                    set nptune_back=1
                  fi
                elif [ "$nptune_trial" = tried -o "$nptune_trial" = failed ]; then
                  set nptune_trial=failed
                  %s
                  set nptune_back=1
                fi
                if [ "$nptune_back" = 1 ]; then
                %sfi
                """.formatted(save, save, back.indent(2));
    }

    /// Leads to a menu that was kept.
    static String keptMenu() {
        return """
                set nptune_fallback=1
                export nptune_fallback
                configfile $prefix/%sgrub.cfg
                """.formatted(KEPT);
    }

    /// Makes an entry the default.
    static String keptEntry(String id) {
        return "set default=\"" + id + "\"\n";
    }

    /// What [#OFFERS] holds.
    static String offers() {
        return HEAD + """
                menuentry '%s' --class recovery {
                %s}
                END
                """.formatted(OFFERED, keptMenu().indent(2));
    }

    /// The block beside a menu.
    static String block(String menu) {
        return menu.substring(0, menu.lastIndexOf('/')) + "/grubenv";
    }

    /// Why GRUB cannot write beside its menu; empty if it can.
    static Optional<String> cannotWrite(Storage storage, String menu) {
        Optional<List<Storage.Mount>> mounts = storage.mounts().get();
        Optional<Storage.Mount> mount = mounts.stream()
                .flatMap(List::stream)
                .filter(m -> m.at().equals("/") || menu.startsWith(m.at() + "/"))
                .max(Comparator.comparingInt(m -> m.at().length()));
        if (mount.isEmpty()) {
            return Optional.of("on which file system " + menu + " lies is not known");
        }
        if (!WRITABLE.matcher(mount.get().type()).matches()) {
            return Optional.of("GRUB cannot write to " + mount.get().type());
        }
        return PLAIN.matcher(mount.get().source()).matches()
                ? Optional.empty()
                : Optional.of(
                        "GRUB cannot write to volumes such as " + mount.get().source());
    }
}
