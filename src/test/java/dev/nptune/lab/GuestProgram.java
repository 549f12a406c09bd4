package dev.nptune.lab;

import dev.nptune.Resources;
import dev.nptune.host.Machines;
import dev.nptune.host.source.GatherScript;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// This program as it is built, made ready to be started in an emulated machine.
///
/// There a short run takes 20 to 30 s, most of it for loading and linking classes. So they are put into jars, and Java
/// keeps an archive (AOT cache, JEP 483) of what they look like once they are linked: two fifths less to do.
public final class GuestProgram {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final String JAVA = Objects.requireNonNull(System.getProperty("java.home")) + "/bin/java";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            // else a thread wakes up twenty times a second
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED");

    /// Runs whose classes are worth keeping. They run on the real machine, and so are none that change it.
    private static final List<String> EXERCISE = List.of(
            "scan --json",
            "gather -o FOLDER/host.tar.gz",
            "doctor FOLDER/gpu.xml",
            // a machine of the tests, with a card to bind
            "plan --host FOLDER/box.tar.gz --bind boot --kernel-arg iommu=pt -o FOLDER/plan.json",
            "apply --dry-run FOLDER/plan.json",
            "rollback --dry-run",
            "history --json");

    private static final List<String> COMMAND = command();

    private GuestProgram() {}

    /// The command line that runs this program.
    public static List<String> argv(String... arguments) {
        return main("dev.nptune.cli.Main", arguments);
    }

    /// The command line that runs a class of the program or of its tests.
    public static List<String> main(String main, String... arguments) {
        List<String> argv = new ArrayList<>(COMMAND);
        argv.add(main);
        argv.addAll(List.of(arguments));
        return argv;
    }

    private static List<String> command() {
        try {
            return prepare();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> prepare() throws IOException {
        Path folder = Files.createDirectories(TARGET.resolve("guest"));
        Path archive = folder.resolve("nptune.aot");
        Path program = folder.resolve("nptune.jar");
        Path tests = folder.resolve("nptune-tests.jar");
        List<String> classPath = new ArrayList<>(List.of(program.toString(), tests.toString()));
        try (Stream<Path> libraries = Files.list(TARGET.resolve("lib"))) {
            libraries
                    .map(Path::toString)
                    .filter(l -> l.endsWith(".jar"))
                    .sorted()
                    .forEach(classPath::add);
        }
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", String.join(":", classPath)));
        Path made = folder.resolve("made-of");
        String state = state();
        // Tests run in several processes.
        try (FileChannel lock =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = lock.lock()) {
            if (!Files.exists(made) || !Files.readString(made).equals(state)) {
                Files.deleteIfExists(made);
                jar(program, TARGET.resolve("classes"));
                jar(tests, TARGET.resolve("test-classes"));
                exercise(folder, command, archive);
                Files.writeString(made, state);
            }
        }
        command.add(1, "-XX:AOTCache=" + archive);
        return List.copyOf(command);
    }

    /// Another text for every build.
    private static String state() throws IOException {
        StringBuilder files = new StringBuilder(System.getProperty("java.home"));
        for (String part : List.of("classes", "test-classes", "lib")) {
            try (Stream<Path> all =
                    Files.find(TARGET.resolve(part), Integer.MAX_VALUE, (_, file) -> file.isRegularFile())) {
                for (Path file : all.sorted().toList()) {
                    BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
                    files.append(file).append(about.size()).append(about.lastModifiedTime());
                }
            }
        }
        return Sha256.of(files.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void jar(Path file, Path classes) throws IOException {
        run(List.of(
                JAVA.replaceFirst("java$", "jar"),
                "--create",
                "--no-compress",
                "--file",
                file.toString(),
                "-C",
                classes.toString(),
                "."));
    }

    private static void exercise(Path folder, List<String> command, Path archive) throws IOException {
        Files.writeString(folder.resolve("gpu.xml"), Resources.text("dev/nptune/lab/debian/gpu.xml"));
        gather(Machines.RYZEN_5900X, folder.resolve("box.tar.gz"));
        List<String> arguments = ResidentProgram.write(
                folder,
                EXERCISE.stream()
                        .map(c -> c.replace("FOLDER", folder.toString()))
                        .toList());
        List<String> argv = new ArrayList<>(List.of("env", "XDG_STATE_HOME=" + folder.resolve("state")));
        argv.addAll(command);
        argv.add(2 + 1, "-XX:AOTCacheOutput=" + archive);
        argv.add(ResidentProgram.class.getName());
        argv.addAll(arguments);
        run(argv);
    }

    private static void gather(String machine, Path archive) throws IOException {
        Path root = Files.createTempDirectory(archive.resolveSibling("."), "machine");
        try (OutputStream out = Files.newOutputStream(archive)) {
            Machines.unpack(machine, root);
            Exec.Result result = GatherScript.run(List.of("--root", root.toString()), out);
            if (!result.ok()) {
                throw new IOException("a snapshot of " + machine + " could not be made: " + result.err());
            }
        } finally {
            Machines.delete(root);
        }
    }

    private static void run(List<String> argv) throws IOException {
        Exec.Result result = Exec.run(LIMIT, argv);
        if (!result.ok()) {
            throw new IOException(String.join(" ", argv) + " failed: " + result.err());
        }
    }
}
