package dev.nptune.watch;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A tracing instance of our own, in which the kernel counts exits: nobody else's tracing sees it, and it is gone when
/// it is closed or the program ends. One that a killed program left over is removed when the next is made.
///
/// It is named after its program, by number and start time, so that what was left over is told from what is in use:
/// `nptune-PID-START`. Numbers are those of a PID namespace, while all namespaces share one tracefs: in any but the
/// first the name ends in the namespace's inode, and only those of the own one are looked at.
///
/// Sources: the kernel's `Documentation/trace/ftrace.rst` (instances), `events.rst` (triggers), `histogram.rst`.
final class TraceInstance implements AutoCloseable {
    private static final List<String> PLACES = List.of("sys/kernel/tracing", "sys/kernel/debug/tracing");
    private static final String EVENT = "events/kvm/kvm_exit";
    private static final Pattern OURS = Pattern.compile("nptune-([1-9][0-9]{0,9})-([0-9]{1,18})(-[0-9]{1,19})?");

    /// The first PID namespace (`PROC_PID_INIT_INO` in the kernel's `include/linux/proc_ns.h`).
    private static final String FIRST_NAMESPACE = "4026531836";

    private static final Pattern NAMESPACE = Pattern.compile("pid:\\[([0-9]{1,19})]");
    private static final String WITHOUT = "leave out --trace";
    private static final int ATTEMPTS = 5;

    /// The kernel would make a ring buffer of 1.4 MB for each CPU, into which nothing is ever written.
    private static final String LEAST_BUFFER = "1";

    private final Path folder;
    private final Thread hook = Thread.ofPlatform().name("nptune-trace").unstarted(this::remove);
    private @Nullable KeptFile histogram;
    private boolean removed;

    private TraceInstance(Path folder) {
        this.folder = folder;
    }

    /// Makes one.
    ///
    /// @param root the machine's root directory
    /// @param pid of the program that makes it, after which it is named
    /// @throws TraceUnavailable if that cannot be
    static TraceInstance create(Path root, long pid) throws TraceUnavailable {
        Path tracing = place(root);
        try {
            Path format = tracing.resolve(EVENT).resolve("format");
            if (!Files.exists(format)) {
                throw new TraceUnavailable("KVM has no trace points here", "load kvm_amd or kvm_intel");
            }
            String fields = Files.readString(format, StandardCharsets.ISO_8859_1);
            if (!fields.contains(" exit_reason;") || !fields.contains(" isa;")) {
                throw new TraceUnavailable("the trace point kvm_exit is not that of an x86 kernel", WITHOUT);
            }
            if (!Files.exists(tracing.resolve(EVENT).resolve("hist"))) {
                throw new TraceUnavailable(
                        "this kernel was built without CONFIG_HIST_TRIGGERS, so that it counts nothing by reason",
                        WITHOUT + ", or run a kernel that has it");
            }
            Path instances = tracing.resolve("instances");
            String namespace = namespace(root);
            String name = "nptune-" + pid + "-" + started(root, Long.toString(pid)) + namespace;
            removeLeftOver(root, instances, name, namespace);
            Path folder = Files.createDirectory(instances.resolve(name));
            TraceInstance instance = new TraceInstance(folder);
            Runtime.getRuntime().addShutdownHook(instance.hook);
            instance.shrink();
            return instance;
        } catch (TraceUnavailable e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw denied(e);
        } catch (IOException e) {
            throw new TraceUnavailable(Printable.line(IoReason.withFile(e)), WITHOUT, e);
        }
    }

    private void shrink() {
        try {
            write(folder.resolve("buffer_size_kb"), LEAST_BUFFER);
        } catch (IOException _) {
            // It stays as large as it is.
        }
    }

    private static Path place(Path root) throws TraceUnavailable {
        boolean closed = false;
        for (String place : PLACES) {
            Path tracing = root.resolve(place);
            if (Files.isDirectory(tracing.resolve("instances"))) {
                return tracing;
            }
            closed |= Files.exists(tracing) && !Files.isExecutable(tracing);
        }
        if (closed) {
            throw denied(null);
        }
        throw new TraceUnavailable("tracefs is not mounted", "mount -t tracefs nodev /sys/kernel/tracing");
    }

    private static TraceUnavailable denied(@Nullable IOException e) {
        String what = "the kernel's trace points are closed to you";
        String next = "be root, or " + WITHOUT;
        return e == null ? new TraceUnavailable(what, next) : new TraceUnavailable(what, next, e);
    }

    /// What a name ends in: empty in the first PID namespace, and where the kernel has no others.
    private static String namespace(Path root) throws IOException {
        Matcher m;
        try {
            m = NAMESPACE.matcher(
                    Files.readSymbolicLink(root.resolve("proc/self/ns/pid")).toString());
        } catch (NoSuchFileException _) {
            return "";
        }
        if (!m.matches()) {
            throw new IOException("/proc/self/ns/pid is not understood");
        }
        return m.group(1).equals(FIRST_NAMESPACE) ? "" : "-" + m.group(1);
    }

    private static long started(Path root, String pid) throws IOException {
        return VmProcess.started(
                Files.readString(root.resolve("proc").resolve(pid).resolve("stat"), StandardCharsets.ISO_8859_1));
    }

    /// Those whose program is gone, and one that this program could not remove before.
    private static void removeLeftOver(Path root, Path instances, String own, String namespace) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(instances, "nptune-*")) {
            for (Path instance : all) {
                String name = instance.getFileName().toString();
                Matcher m = OURS.matcher(name);
                if (m.matches()
                        && namespace.equals(Objects.requireNonNullElse(m.group(3), ""))
                        && (name.equals(own) || isGone(root, m.group(1), Long.parseLong(m.group(2))))) {
                    new TraceInstance(instance).remove();
                }
            }
        }
    }

    private static boolean isGone(Path root, String pid, long started) {
        try {
            return started(root, pid) != started;
        } catch (NoSuchFileException _) {
            return true;
        } catch (IOException _) {
            return !Files.exists(root.resolve("proc").resolve(pid)); // it may end while its file is read
        }
    }

    /// Opened to be cut to nothing, a trigger file forgets its triggers.
    private static void write(Path file, String text) throws IOException {
        Files.write(
                file,
                text.getBytes(StandardCharsets.ISO_8859_1),
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    /// Begins to count, anew if it did.
    ///
    /// @param trigger as `histogram.rst` has it
    synchronized void count(String trigger) throws TraceUnavailable {
        if (removed) {
            return;
        }
        Path event = folder.resolve(EVENT);
        try {
            write(event.resolve("trigger"), trigger);
            if (histogram == null) {
                histogram = KeptFile.whole(event.resolve("hist"));
            }
        } catch (IOException e) {
            throw new TraceUnavailable(
                    "the kernel does not take the trigger '" + Printable.brief(trigger, 200) + "': "
                            + Printable.line(IoReason.of(e)),
                    WITHOUT,
                    e);
        }
    }

    /// Reads the counts.
    ///
    /// @return whether there are any
    synchronized boolean read(Cursor into) {
        return !removed && histogram != null && histogram.read(into);
    }

    /// The kernel lets go of an instance only when none of its files is open or in use. One that it does not let go of
    /// stays until the next is made.
    private synchronized void remove() {
        if (removed) {
            return;
        }
        removed = true;
        if (histogram != null) {
            histogram.close();
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                write(folder.resolve(EVENT).resolve("trigger"), "");
            } catch (IOException _) {
                // It goes with its instance.
            }
            try {
                Files.deleteIfExists(folder);
                return;
            } catch (NotDirectoryException _) {
                return;
            } catch (IOException _) {
                sleep();
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The program is ending; the hook finds it removed.
        }
    }
}
