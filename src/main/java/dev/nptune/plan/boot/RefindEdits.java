package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// rEFInd: `refind_linux.conf` beside the kernels, or a stanza in `refind.conf`.
final class RefindEdits {
    /// Beside the kernels.
    static final String LINES = "refind_linux.conf";

    private RefindEdits() {}

    static Edits plan(Site site) {
        Running running = new Running(site);
        for (String path : site.configured(Kind.REFIND)) {
            String text = site.text(path);
            RefindMenu menu = new RefindMenu(text);
            Optional<String> after = path.endsWith("/" + LINES)
                    ? menu.line(site.edit(), running::hasArguments)
                    : menu.stanza(site.edit(), running::hasArguments, running::mayBe);
            if (after.isPresent()) {
                return edits(path, text, after.get());
            }
        }
        throw new Impossible(
                "No line of " + String.join(", ", site.configured(Kind.REFIND))
                        + " has the arguments that the kernel is running with",
                "In the first line of " + LINES + " beside the kernel, or in the options of its stanza in refind.conf, "
                        + site.wanted() + ".");
    }

    /// The text with other files in what is kept.
    ///
    /// @param renamed file names by those whose places they take
    /// @param images those that the running kernel was started with, as rEFInd writes them
    static String after(String text, Map<String, String> renamed, List<String> images) {
        return new RefindMenu(text).renamed(renamed, images).text();
    }

    /// The text of what is kept.
    static String kept(String text) {
        return new RefindMenu(text).kept();
    }

    private static Edits edits(String path, String before, String after) {
        return new Edits(
                Kind.REFIND,
                after.equals(before) ? List.of() : List.of(new Edit(path, before, after, Role.MENU)),
                List.of(),
                Optional.empty(),
                List.of("What was there is kept at the end of " + path + " with a title that ends in \""
                        + KeptEntry.SUFFIX.strip() + "\""
                        + (path.endsWith(LINES) ? "; F2 on the kernel's icon shows it." : ".")));
    }
}
