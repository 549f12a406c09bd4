package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Exchanges loaded modules for the installed ones, where nobody uses them.
public final class ModuleLoader {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final InstalledKernel kernel;

    public ModuleLoader(InstalledKernel kernel) {
        this.kernel = kernel;
    }

    /// How a person would do it.
    public static String advice(List<String> modules) {
        return "with no VM running: modprobe -r " + String.join(" ", modules) + " && modprobe " + modules.getFirst();
    }

    /// The modules of a build in the order in which they are to be unloaded: those that need others first.
    public static List<String> order(List<String> modules) {
        List<String> order =
                new ArrayList<>(modules.stream().filter(m -> !m.equals("kvm")).toList());
        if (modules.contains("kvm")) {
            order.add("kvm");
        }
        return order;
    }

    /// Checks that the modules can be unloaded: that this kernel runs and nobody uses them.
    ///
    /// A module's count is of the modules that use it, which go first, and of all else that does.
    ///
    /// @throws UserException if a VM runs
    public void check(List<String> modules) throws IOException, UserException {
        Path osrelease = kernel.root().resolve("proc/sys/kernel/osrelease");
        if (!Files.exists(osrelease) || !Files.readString(osrelease).strip().equals(kernel.release())) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot load the module: another kernel than " + kernel.release() + " runs",
                    "leave --load out; the module is used once that kernel runs");
        }
        for (String module : loaded(modules)) {
            Path count = sys(module).resolve("refcnt");
            String used = Files.exists(count) ? Files.readString(count).strip() : "0";
            int holders = holders(module).size();
            if (Files.exists(count) && !used.equals(String.valueOf(holders))) {
                throw new UserException(
                        Exit.CANNOT,
                        module + " is in use " + used + " times"
                                + (holders == 0 ? "" : ", by other modules only " + holders) + ": a VM runs",
                        "shut the VMs down, or leave --load out and reboot");
            }
        }
    }

    /// Prepares to load modules that are about to be put in place, or taken away: what is loaded now is loaded again,
    /// or
    /// if nothing is, what fits the processor.
    public ModuleReload reload(List<String> modules) throws IOException {
        List<String> loaded = loaded(modules);
        return new ModuleReload(this, modules, loaded, loaded.isEmpty() ? fitting(order(modules)) : loaded.reversed());
    }

    /// Which are loaded, each after those that use it.
    List<String> loaded(List<String> modules) throws IOException {
        Set<String> loaded = new LinkedHashSet<>();
        for (String module : order(modules)) {
            add(module.replace('-', '_'), loaded);
        }
        return List.copyOf(loaded);
    }

    private void add(String module, Set<String> loaded) throws IOException {
        if (!Files.isDirectory(sys(module)) || loaded.contains(module)) {
            return;
        }
        for (String user : holders(module)) {
            add(user, loaded);
        }
        loaded.add(module);
    }

    /// The modules that use one.
    private List<String> holders(String module) throws IOException {
        Path holders = sys(module).resolve("holders");
        if (!Files.isDirectory(holders)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(holders)) {
            return list.map(user -> user.getFileName().toString()).sorted().toList();
        }
    }

    /// Unloads, in this order.
    ///
    /// @throws UserException if one is in use
    void unload(List<String> loaded) throws IOException, UserException {
        if (!loaded.isEmpty()) {
            List<String> unload = new ArrayList<>(List.of("-r"));
            unload.addAll(loaded);
            modprobe(unload);
        }
    }

    /// Loads, and what is needed for it.
    ///
    /// @throws UserException if one does not load
    void load(List<String> wanted) throws IOException, UserException {
        for (String module : wanted) {
            modprobe(List.of(module));
        }
    }

    /// Without the module that is for the other vendor's processors.
    private List<String> fitting(List<String> modules) throws IOException {
        Path cpuinfo = kernel.root().resolve("proc/cpuinfo");
        String other = Files.exists(cpuinfo) && Files.readString(cpuinfo).contains("GenuineIntel") ? "amd" : "intel";
        return modules.stream().filter(m -> !m.matches("kvm[_-]" + other)).toList();
    }

    private void modprobe(List<String> arguments) throws IOException, UserException {
        List<String> argv = new ArrayList<>();
        argv.add(Programs.find("modprobe", kernel.path()).map(Path::toString).orElse("modprobe"));
        if (!kernel.root().equals(Path.of("/"))) {
            argv.addAll(List.of("-d", kernel.root().toString(), "-S", kernel.release()));
        }
        argv.addAll(arguments);
        Exec.Result result = Exec.run(LIMIT, argv);
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "modprobe " + String.join(" ", arguments) + " fails: " + result.complaint(),
                    "see what the kernel says: dmesg | tail");
        }
    }

    private Path sys(String module) {
        return kernel.root().resolve("sys/module").resolve(module.replace('-', '_'));
    }
}
