package dev.nptune;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A small stand-in for a clone of this project: the real scripts, a made-up JDK and a made-up Maven, in folders with
/// blanks in their names.
final class Checkout {
    private static final List<String> SCRIPTS =
            List.of("nptune", "verify", "libexec/java-home.sh", "libexec/build.sh", "libexec/packages.sh");

    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "dirname",
            "find",
            "flock",
            "grep",
            "mkdir",
            "mv",
            "od",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail");

    private final Path base;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<Process, Path> errors = new HashMap<>();

    /// How a script ended.
    record Result(int exit, String out, String err) {}

    private Checkout(Path base) {
        this.base = base;
    }

    /// Lays the files out; Maven writes `target/classes`, adds a line to `maven.log` and prints its arguments.
    static Checkout in(Path folder) throws IOException {
        Checkout checkout = new Checkout(folder.resolve("a clone"));
        for (String script : SCRIPTS) {
            Path copy = checkout.home().resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(script), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        checkout.write("pom.xml", "<project/>");
        checkout.write(".mvn/jvm.config", "");
        checkout.write("src/main/java/A.java", "class A {}");
        checkout.write("src/main/java/B.java", "class B {}");
        checkout.write("src/main/resources/dev/nptune/lab/debian-packages.txt", "# none\nsh\tdash\n");
        checkout.write("libexec/test-packages.txt", "# none\ncat\tcoreutils\n");
        Files.createDirectories(checkout.tools());
        for (String tool : TOOLS) {
            checkout.hostTool(tool);
        }
        checkout.tool("mvn", """
                echo "$JAVA_HOME $*" >> "%s/maven.log"
                echo "maven says $*"
                mkdir -p target/classes/dev/nptune/cli target/lib
                : > target/classes/dev/nptune/cli/Main.class
                """.formatted(checkout.home()));
        return checkout.with("NPTUNE_JVM_DIR", checkout.jvms().toString());
    }

    Path home() {
        return base.resolve("np tune");
    }

    Path tools() {
        return base.resolve("tools");
    }

    Path jvms() {
        return base.resolve("jvm s");
    }

    Checkout with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// Puts a program on the PATH.
    Checkout tool(String name, String body) throws IOException {
        script(tools().resolve(name), body);
        return this;
    }

    Checkout withoutTool(String name) throws IOException {
        Files.deleteIfExists(tools().resolve(name));
        return this;
    }

    /// A JDK with a `release` file, whose `java` prints what it was given.
    Path jdk(String name, String version) throws IOException {
        Path jdk = silentJdk(name, version);
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nMODULES=\"\"\n");
        return jdk;
    }

    /// A JDK that tells its version only when asked.
    Path silentJdk(String name, String version) throws IOException {
        Path jdk = jvms().resolve(name);
        script(jdk.resolve("bin/java"), """
                if [ "$1" = -version ]; then
                    echo 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g' >&2
                    echo 'openjdk version "%s" 2026-01-01' >&2
                    exit 0
                fi
                echo "java=$0"
                echo "home=$NPTUNE_HOME"
                echo "launcher=$NPTUNE_LAUNCHER"
                for a in "$@"; do echo "arg=$a"; done
                exit 7
                """.formatted(version));
        script(jdk.resolve("bin/javac"), "");
        return jdk;
    }

    void write(String path, String text) throws IOException {
        Path file = home().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    List<String> mavenRuns() throws IOException {
        Path log = home().resolve("maven.log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /// Runs a program from another folder with nothing on the PATH but [#tools()].
    Result run(Path program, String... arguments) throws IOException, InterruptedException {
        return await(start(program, arguments));
    }

    Process start(Path program, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(tools().toFile());
        builder.redirectErrorStream(false);
        builder.redirectError(File.createTempFile("nptune", ".err", base.toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", tools().toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        errors.put(process, builder.redirectError().file().toPath());
        return process;
    }

    Result await(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the script did not end");
        }
        Path err = errors.get(process);
        return new Result(process.exitValue(), out, err == null ? "" : Files.readString(err));
    }

    // A link into the system would do, but the folder is cleaned up by a test framework that warns of those.
    private void hostTool(String name) throws IOException {
        for (String folder : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
            Path program = Path.of(folder, name);
            if (Files.exists(program)) {
                script(tools().resolve(name), "exec " + program + " \"$@\"\n");
                return;
            }
        }
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
