package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kernel's tracing that is a folder.
class TraceInstanceTest {
    private static final long PID = 4_000_000;

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    @BeforeEach
    void tracing() throws IOException {
        tracing(root);
    }

    /// A kernel's, with KVM's trace point.
    static void tracing(Path root) throws IOException {
        Path event = Files.createDirectories(root.resolve("sys/kernel/tracing/events/kvm/kvm_exit"));
        Files.createDirectories(root.resolve("sys/kernel/tracing/instances"));
        Files.writeString(event.resolve("format"), "\tfield:unsigned int exit_reason;\n\tfield:u32 isa;\n");
        Files.writeString(event.resolve("hist"), "");
    }

    /// A process with that number, as far as its start time goes.
    static void runs(Path root, long pid, long started) throws IOException {
        Path folder = Files.createDirectories(root.resolve("proc/" + pid));
        Files.writeString(folder.resolve("stat"), pid + " (a) b) S" + " 1".repeat(18) + " " + started + " 0\n");
    }

    /// 77 runs, since 500; what else has a number of a process began at another time or is of another namespace.
    @Test
    void leftOverInstancesGoAndOthersStay() throws IOException {
        runs(root, 77, 500);
        runs(root, PID + 1, 900);
        List<String> others =
                List.of("nptune-77-500", "nptune-078-1", "nptune-x", "nptune-79", "nptune-80-1-4026532201", "other");
        List<String> leftOver = List.of("nptune-77-499", "nptune-78-500", "nptune-" + (PID + 1) + "-900");
        List<String> left = leftOverFrom(others, leftOver, "nptune-4000001-900");
        assertThat(left).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    void aNamespaceLooksAtItsOwnInstances() throws IOException {
        runs(root, 77, 500);
        runs(root, PID + 1, 900);
        namespace("pid:[4026532201]");
        List<String> others =
                List.of("nptune-77-500-4026532201", "nptune-77-499", "nptune-78-500", "nptune-78-500-4026532202");
        List<String> left = leftOverFrom(
                others,
                List.of("nptune-77-499-4026532201", "nptune-78-500-4026532201"),
                "nptune-4000001-900-4026532201");
        assertThat(left).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    void theFirstNamespaceIsNotNamed() throws IOException {
        runs(root, PID + 1, 900);
        namespace("pid:[4026531836]");
        leftOverFrom(List.of(), List.of("nptune-78-500"), "nptune-4000001-900");
    }

    private void namespace(String name) throws IOException {
        Files.createSymbolicLink(
                Files.createDirectories(root.resolve("proc/self/ns")).resolve("pid"), Path.of(name));
    }

    /// @return what stays, without the one that was made meanwhile
    private List<String> leftOverFrom(List<String> others, List<String> leftOver, String made) throws IOException {
        Path instances = root.resolve("sys/kernel/tracing/instances");
        for (List<String> names : List.of(others, leftOver)) {
            for (String name : names) {
                Files.createDirectory(instances.resolve(name));
            }
        }
        TraceInstance next = TraceInstance.create(root, PID + 1);
        assertThat(names(instances)).contains(made);
        next.close();
        List<String> left = names(instances);
        for (String name : left) {
            Files.delete(instances.resolve(name));
        }
        return left;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
