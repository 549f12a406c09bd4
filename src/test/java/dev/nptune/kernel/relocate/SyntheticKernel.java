package dev.nptune.kernel.relocate;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Files made up in the style of the kernel's, so that the corpus can be run where no kernel source is at hand.
final class SyntheticKernel {
    private static final List<String> NOUNS = List.of(
            "ring", "queue", "bridge", "port", "vector", "timer", "region", "window", "bank", "slot", "link", "cache",
            "table", "buffer", "domain", "stream");
    private static final List<String> VERBS = List.of(
            "read", "write", "enable", "disable", "reset", "probe", "flush", "map", "unmap", "attach", "detach",
            "update");

    private final Random random;
    private final StringBuilder out = new StringBuilder();

    private SyntheticKernel(long seed) {
        random = new Random(seed);
    }

    /// A driver: includes, tables of devices, and functions with the usual things in them.
    static String driver(long seed, int functions) {
        return new SyntheticKernel(seed).writeDriver(functions);
    }

    static String kconfig(long seed, int entries) {
        return new SyntheticKernel(seed).writeKconfig(entries);
    }

    static String makefile(long seed, int entries) {
        return new SyntheticKernel(seed).writeMakefile(entries);
    }

    static String parameters(long seed, int entries) {
        return new SyntheticKernel(seed).writeParameters(entries);
    }

    private String noun() {
        return NOUNS.get(random.nextInt(NOUNS.size()));
    }

    private String verb() {
        return VERBS.get(random.nextInt(VERBS.size()));
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void line(String format, Object... values) {
        out.append(String.format(format, values)).append('\n');
    }

    private String writeDriver(int functions) {
        line("// SPDX-License-Identifier: GPL-2.0");
        line("/*");
        line(" * A driver for nothing");
        line(" */");
        line("");
        List.of("bits", "delay", "errno", "init", "io", "kernel", "module", "pci", "slab", "types")
                .forEach(name -> line("#include <linux/%s.h>", name));
        line("#include \"local.h\"");
        line("");
        for (int i = 0; i < functions; i++) {
            function(i);
            if (i % 5 == 4) {
                table(i);
            }
        }
        return out.toString();
    }

    private void function(int number) {
        String noun = noun();
        String name = "drv_" + verb() + "_" + noun + number;
        if (random.nextInt(3) == 0) {
            line("/* %s the %s, as the hardware wants it */", verb(), noun);
        }
        line("static int %s(struct drv_%s *%s, u32 flags)", name, noun, noun);
        line("{");
        line("\tstruct device *dev = %s->dev;", noun);
        line("\tint ret = 0;");
        line("\tu32 val;");
        line("");
        int statements = 3 + random.nextInt(7);
        for (int i = 0; i < statements; i++) {
            statement(noun);
        }
        line("");
        line("\treturn ret;");
        line("}");
        if (random.nextInt(2) == 0) {
            line("EXPORT_SYMBOL_GPL(%s);", name);
        }
        line("");
    }

    private void statement(String noun) {
        int number = random.nextInt(40);
        switch (random.nextInt(7)) {
            case 0 -> line("\tval = drv_%s(%s, REG_%s_%d);", verb(), noun, noun().toUpperCase(Locale.ROOT), number);
            case 1 -> {
                line("\tif (flags & FLAG_%s) {", noun().toUpperCase(Locale.ROOT));
                line("\t\tval |= BIT(%d);", number);
                line("\t\tdrv_%s(%s, val);", verb(), noun);
                line("\t}");
            }
            case 2 -> {
                line("\tret = drv_%s_%s(%s, flags);", verb(), noun(), noun);
                line("\tif (ret)");
                line("\t\treturn ret;");
                line("");
            }
            case 3 -> {
                line("\t/* wait until the %s is ready */", noun());
                line("\tudelay(%d);", number);
            }
            case 4 -> {
                line("\tswitch (val & MASK_%s) {", noun().toUpperCase(Locale.ROOT));
                for (int i = 0; i < 3; i++) {
                    line("\tcase TYPE_%s_%d:", noun().toUpperCase(Locale.ROOT), number + i);
                    line("\t\tret = drv_%s(%s, %d);", verb(), noun, i);
                    line("\t\tbreak;");
                }
                line("\tdefault:");
                line("\t\tdev_warn(dev, \"unknown %s\\n\");", noun());
                line("\t}");
            }
            case 5 -> line("\tdev_dbg(dev, \"%s %s %%u\\n\", val);", verb(), noun());
            default -> line("\t%s->%s = val >> %d;", noun, noun(), number);
        }
    }

    private void table(int number) {
        line("static const struct pci_device_id drv_ids%d[] = {", number);
        for (int vendor = 0; vendor < 4; vendor++) {
            if (random.nextBoolean()) {
                line("\t/* %s from vendor %d */", noun(), vendor);
            }
            for (int i = random.nextInt(4); i >= 0; i--) {
                line("\t{ VENDOR_%d, 0x%04x, drv_quirk_%s },", vendor, random.nextInt(65536), noun());
            }
        }
        line("\t{ 0 }");
        line("};");
        line("MODULE_DEVICE_TABLE(pci, drv_ids%d);", number);
        line("");
    }

    private String writeKconfig(int entries) {
        line("# SPDX-License-Identifier: GPL-2.0");
        line("");
        for (int i = 0; i < entries; i++) {
            line("config DRV_%s%d", noun().toUpperCase(Locale.ROOT), i);
            line("\ttristate \"Support for the %s of model %d\"", noun(), i);
            line("\tdepends on PCI && HAS_%s", noun().toUpperCase(Locale.ROOT));
            for (int k = random.nextInt(4); k >= 0; k--) {
                line("\tselect %s_%d", noun().toUpperCase(Locale.ROOT), random.nextInt(30));
            }
            line("\thelp");
            line("\t  Say Y here if you have a %s that can %s.", noun(), verb());
            line("\t  It is of no use with %s %d.", noun(), random.nextInt(50));
            line("");
        }
        return out.toString();
    }

    private String writeMakefile(int entries) {
        line("# SPDX-License-Identifier: GPL-2.0");
        line("");
        for (int i = 0; i < entries; i++) {
            String noun = noun();
            line("obj-$(CONFIG_DRV_%s%d)\t+= %s%d.o", noun.toUpperCase(Locale.ROOT), i, noun, i);
            if (random.nextInt(8) == 0) {
                line("");
                line("# the %s family, number %d", noun(), i);
            }
        }
        return out.toString();
    }

    private String writeParameters(int entries) {
        for (int i = 0; i < entries; i++) {
            line("\t%s%03d=\t[PCI] How to %s the %s", "drv", i, verb(), noun());
            for (int k = random.nextInt(4); k > 0; k--) {
                line("\t\t%s%d\tSets the %s before the %s, %d times", verb(), k, noun(), noun(), random.nextInt(100));
            }
            line("");
        }
        return out.toString();
    }
}
