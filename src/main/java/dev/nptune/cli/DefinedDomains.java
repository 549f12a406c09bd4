package dev.nptune.cli;

import dev.nptune.host.Fact;
import dev.nptune.host.Gap;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.vm.Domain;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All VMs of a machine, for the commands that look at each: from libvirt's own files where they can be read, which
/// takes no process per VM, else from libvirt.
///
/// A VM that cannot be read is told of and left out.
final class DefinedDomains<T> {
    private static final String FILES = "/etc/libvirt/qemu";

    private final List<T> seen = new ArrayList<>();
    private final Function<Domain, T> look;
    private final ReadableMachine machine;
    private final PrintStream err;

    private DefinedDomains(ReadableMachine machine, PrintStream err, Function<Domain, T> look) {
        this.look = look;
        this.machine = machine;
        this.err = err;
    }

    /// Looks at each, on all processors: each is a matter of its own, there may be a thousand, and none is kept longer
    /// than it takes.
    ///
    /// @return what was seen of each, in the order of their names
    static <T> List<T> each(Host host, ReadableMachine machine, PrintStream err, Function<Domain, T> look) {
        DefinedDomains<T> all = new DefinedDomains<>(machine, err, look);
        Optional<Gap> gap = host.gap(FILES);
        if (gap.isEmpty()) {
            host.virtualization().domains().parallelStream()
                    .map(all::read)
                    .toList()
                    .forEach(all::take);
        } else {
            all.ask();
        }
        return all.seen;
    }

    /// A VM, or why it could not be read.
    private record Read<T>(String source, @Nullable T seen, String reason) {}

    private Read<T> read(DomainFile file) {
        return switch (file.xml()) {
            case Fact.Known<String>(String xml, String source) -> {
                try {
                    yield new Read<>(source, look.apply(machine.validated(Domain.parse(xml))), "");
                } catch (IllegalArgumentException e) {
                    yield new Read<>(source, null, String.valueOf(e.getMessage()));
                }
            }
            case Fact.Unreadable<String>(String source, String reason) -> new Read<>(source, null, reason);
            case Fact.Absent<String>(String source) -> new Read<>(source, null, "it is gone");
        };
    }

    private void take(Read<T> read) {
        if (read.seen == null) {
            leftOut(read.source, read.reason);
        } else {
            seen.add(read.seen);
        }
    }

    private void ask() {
        try {
            for (String name : machine.domains()) {
                try {
                    seen.add(look.apply(machine.definedDomain(name)));
                } catch (UserException e) {
                    leftOut(name, String.valueOf(e.getMessage()));
                }
            }
        } catch (UserException e) {
            err.println("nptune: looking at the machine alone: " + Printable.lines(String.valueOf(e.getMessage())));
            err.println("  next: " + Printable.lines(e.nextStep()));
        }
    }

    private void leftOut(String name, String reason) {
        err.println("nptune: left out " + Printable.line(name) + ": " + Printable.line(reason));
    }
}
