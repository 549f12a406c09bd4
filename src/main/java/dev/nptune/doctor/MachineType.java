package dev.nptune.doctor;

import dev.nptune.vm.Domain;
import dev.nptune.vm.Located;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A versioned machine type of QEMU itself, `pc-q35-4.0.1` → q35, 4, 0, 1.
///
/// What distributions name (`pc-q35-rhel8.6.0`, `pc-q35-jammy`) and the bare `q35`, which is the newest there is, are
/// none: no version can be read off them.
record MachineType(Board board, int major, int minor, int patch) {
    private static final Pattern TEXT = Pattern.compile("pc-(q35|i440fx)-(\\d{1,2})\\.(\\d{1,2})(?:\\.(\\d{1,2}))?");

    enum Board {
        Q35,
        I440FX
    }

    static Optional<MachineType> parse(String machine) {
        Matcher m = TEXT.matcher(machine);
        if (!m.matches()) {
            return Optional.empty();
        }
        return Optional.of(new MachineType(
                m.group(1).equals("q35") ? Board.Q35 : Board.I440FX,
                Integer.parseInt(m.group(2)),
                Integer.parseInt(m.group(3)),
                m.group(4) == null ? 0 : Integer.parseInt(m.group(4))));
    }

    /// Whether the domain's machine is of that board, by whatever name. libvirt takes i440fx where none is named.
    static boolean isOf(Domain domain, Board board) {
        String machine = domain.machine().map(Located::value).orElse("pc");
        return switch (board) {
            case Q35 -> machine.equals("q35") || machine.startsWith("pc-q35-");
            case I440FX -> machine.equals("pc") || machine.startsWith("pc-i440fx-");
        };
    }

    /// Whether it is of that version or of one before, a release that mends it included.
    boolean upTo(int wantedMajor, int wantedMinor) {
        return major < wantedMajor || (major == wantedMajor && minor <= wantedMinor);
    }

    /// Whether it is of exactly that version.
    boolean is(int wantedMajor, int wantedMinor, int wantedPatch) {
        return major == wantedMajor && minor == wantedMinor && patch == wantedPatch;
    }
}
