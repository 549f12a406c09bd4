package dev.nptune.host;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// The kernel and what it was told.
///
/// @param release `/proc/sys/kernel/osrelease`
/// @param distribution `PRETTY_NAME` of os-release
/// @param commandLine `/proc/cmdline`
/// @param modules modules of interest (kvm, kvm_amd, kvm_intel, vfio*) that are loaded or built in, with their
///     parameters, by name
/// @param moduleOptions `options` lines of the modprobe configuration, in the order modprobe reads them
public record Kernel(
        Fact<String> release,
        Fact<String> distribution,
        Fact<String> commandLine,
        List<Module> modules,
        List<ModuleOption> moduleOptions) {

    public Kernel {
        modules = List.copyOf(modules);
        moduleOptions = List.copyOf(moduleOptions);
    }

    /// A loaded module of that name (with underscores).
    public Optional<Module> module(String name) {
        return modules.stream().filter(m -> m.name().equals(name)).findFirst();
    }

    /// A module that is loaded, or built into the kernel and has parameters.
    ///
    /// @param name with underscores, as under `/sys/module`
    /// @param parameters values by name, in name order; one that only root may read is unreadable to others;
    ///     a parameter not in the map does not exist in this kernel
    public record Module(String name, Map<String, Fact<String>> parameters) {
        public Module {
            Objects.requireNonNull(name);
            parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        }
    }

    /// One `options MODULE …` line.
    ///
    /// @param file the configuration file, as an absolute path below the root
    /// @param line line number from 1
    /// @param module module name with underscores
    /// @param options the settings in order, `name=value` or a bare name, double quotes removed; names are
    ///     as written, with either of `-` and `_`
    public record ModuleOption(String file, int line, String module, List<String> options) {
        public ModuleOption {
            Objects.requireNonNull(file);
            Objects.requireNonNull(module);
            options = List.copyOf(options);
        }
    }
}
