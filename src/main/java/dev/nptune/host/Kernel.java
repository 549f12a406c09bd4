package dev.nptune.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kernel and what it was told.
///
/// @param release `/proc/sys/kernel/osrelease`
/// @param distribution `PRETTY_NAME` of os-release
/// @param commandLine `/proc/cmdline`
/// @param modules loaded modules of interest (kvm, kvm_amd, kvm_intel, vfio*) with their parameters
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

    /// A loaded module.
    ///
    /// @param name with underscores, as under `/sys/module`
    /// @param parameters values by name; a parameter not in the map does not exist in this kernel
    public record Module(String name, Map<String, Fact<String>> parameters) {
        public Module {
            parameters = Map.copyOf(parameters);
        }
    }

    /// One `options MODULE …` line.
    ///
    /// @param file the configuration file, as an absolute path below the root
    /// @param line line number from 1
    /// @param module module name with underscores
    /// @param options the settings in order, `name=value` or a bare name
    public record ModuleOption(String file, int line, String module, List<String> options) {
        public ModuleOption {
            options = List.copyOf(options);
        }
    }
}
