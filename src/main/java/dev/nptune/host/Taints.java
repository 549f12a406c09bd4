package dev.nptune.host;

import java.util.ArrayList;
import java.util.List;

/// Bits of `/proc/sys/kernel/tainted`. Source: Documentation/admin-guide/tainted-kernels.rst.
final class Taints {
    private static final String LETTERS = "PFSRMBUDAWCIOELKXTNJ";
    private static final List<String> MEANINGS = List.of(
            "a proprietary module was loaded",
            "a module was loaded by force",
            "CPU or processor mix outside its specification",
            "a module was unloaded by force",
            "a machine check was reported",
            "a page was in a bad state",
            "a program in user space asked for it",
            "the kernel died once (oops or BUG)",
            "an ACPI table was overridden",
            "the kernel warned",
            "a staging driver was loaded",
            "a firmware bug is worked around",
            "a module from outside the kernel's tree was loaded",
            "an unsigned module was loaded",
            "a CPU was locked up for long",
            "the kernel was patched while running",
            "the distribution's own mark",
            "built with randomized structures",
            "an in-kernel test was run",
            "a debugging call to firmware was made");

    private Taints() {}

    /// The bits that are set, lowest first.
    ///
    /// @throws IllegalArgumentException if the text is no number
    static List<Kernel.Taint> parse(String text) {
        long mask = Values.count(text);
        List<Kernel.Taint> taints = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((mask & 1L << bit) != 0) {
                taints.add(
                        bit < LETTERS.length()
                                ? new Kernel.Taint(bit, LETTERS.substring(bit, bit + 1), MEANINGS.get(bit))
                                : new Kernel.Taint(bit, "?", "newer than this program"));
            }
        }
        return taints;
    }
}
