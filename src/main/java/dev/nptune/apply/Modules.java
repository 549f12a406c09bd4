package dev.nptune.apply;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Loads and unloads kernel modules through `modprobe`.
public final class Modules {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*");

    private final String modprobe;

    /// @param modprobe the program: a name to be found on the path, or a path
    public Modules(String modprobe) {
        this.modprobe = modprobe;
    }

    /// Loads a module with the options that modprobe's own configuration gives it.
    public void load(String module) throws IOException {
        run(loading(module));
    }

    List<String> loading(String module) {
        return List.of(modprobe, checked(module));
    }

    /// Loads a module with one parameter given explicitly, which wins over modprobe's configuration.
    public void load(String module, String parameter, String value) throws IOException {
        run(loading(module, parameter, value));
    }

    List<String> loading(String module, String parameter, String value) {
        return List.of(modprobe, checked(module), checked(parameter) + "=" + value);
    }

    /// Unloads a module, and the modules that only it used.
    public void unload(String module) throws IOException {
        run(unloading(module));
    }

    List<String> unloading(String module) {
        return List.of(modprobe, "-r", checked(module));
    }

    /// Whether modprobe would know what to load.
    public boolean knows(String module) throws IOException {
        return Exec.run(LIMIT, List.of(modprobe, "-n", checked(module))).ok();
    }

    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a module or its parameter: " + Text.quoted(name));
        }
        return name;
    }

    private static void run(List<String> argv) throws IOException {
        Exec.Result result = Exec.runShielded(LIMIT, argv);
        if (!result.ok()) {
            throw new IOException(String.join(" ", argv) + ": " + result.complaint());
        }
    }
}
