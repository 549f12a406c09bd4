package dev.nptune.paging.qemu;

import dev.nptune.paging.walk.TableRoot;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The paging registers out of the monitor's `info registers`.
public record Registers(long cr0, long cr3, long cr4, long efer) {
    public static Registers of(String text) {
        return new Registers(value(text, "CR0"), value(text, "CR3"), value(text, "CR4"), value(text, "EFER"));
    }

    public TableRoot tables(int physicalBits) {
        return TableRoot.of(cr0, cr3, cr4, efer, physicalBits);
    }

    private static long value(String text, String name) {
        Matcher matcher = Pattern.compile(name + "=([0-9a-f]+)").matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in " + text);
        }
        return Long.parseUnsignedLong(matcher.group(1), 16);
    }
}
