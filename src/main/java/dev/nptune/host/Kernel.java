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
/// @param version `/proc/version`: who built it, with which compiler, when
/// @param packageName the package the kernel came in, where the distribution's module tree says it (`pkgbase` of Arch
///     and kin)
/// @param packageVersion version of that package as the distribution counts it
/// @param distribution `PRETTY_NAME` of os-release
/// @param os the distribution in words for programs
/// @param commandLine `/proc/cmdline`; [CommandLine] takes it apart
/// @param acsOverride the setting of `pcie_acs_override`, which only a patched kernel knows
/// @param config build options that matter to virtualization, without `CONFIG_`, in name order: `y`, `m`, a number
///     or a text; `n` for one that is said not to be set; one not in the map does not exist in this kernel
/// @param taints why the kernel's developers would doubt a report from it
/// @param splitLockMitigate `kernel.split_lock_mitigate`: 1 where a program that locks across two cache lines is slowed
///     down on purpose, 0 where it is only named in the log; absent before Linux 6.2
/// @param hardwareRandom the hardware random number generator behind `/dev/hwrng`, by its driver's name: `tpm-rng-0`,
///     `ccp-1-rng`; absent if there is none
/// @param log lines of the kernel's log that matter
/// @param modules modules of interest (KVM, VFIO, IOMMU, kvmfr) that are loaded or built in, with their parameters,
///     by name
/// @param moduleOptions `options` lines of the modprobe configuration, in the order modprobe reads them
/// @param moduleDirectives its other lines, in that order
public record Kernel(
        Fact<String> release,
        Fact<String> version,
        Fact<String> packageName,
        Fact<String> packageVersion,
        Fact<String> distribution,
        Distribution os,
        Fact<String> commandLine,
        Fact<AcsOverride> acsOverride,
        Fact<Map<String, String>> config,
        Fact<List<Taint>> taints,
        Fact<Integer> splitLockMitigate,
        Fact<String> hardwareRandom,
        Fact<KernelLog> log,
        List<Module> modules,
        List<ModuleOption> moduleOptions,
        List<ModuleDirective> moduleDirectives) {

    public Kernel {
        Objects.requireNonNull(os);
        modules = List.copyOf(modules);
        moduleOptions = List.copyOf(moduleOptions);
        moduleDirectives = List.copyOf(moduleDirectives);
    }

    /// One of which little was read.
    public static Kernel of(
            Fact<String> release,
            Fact<String> distribution,
            Fact<String> commandLine,
            List<Module> modules,
            List<ModuleOption> moduleOptions) {
        String reason = "not read";
        String os = "/etc/os-release";
        return new Kernel(
                release,
                Fact.unreadable("/proc/version", reason),
                Fact.unreadable("/lib/modules", reason),
                Fact.unreadable("/proc/version", reason),
                distribution,
                new Distribution(
                        Fact.unreadable(os, reason),
                        Fact.unreadable(os, reason),
                        Fact.unreadable(os, reason),
                        Fact.unreadable(os, reason)),
                commandLine,
                Fact.unreadable("/proc/cmdline", reason),
                Fact.unreadable("/proc/config.gz", reason),
                Fact.unreadable("/proc/sys/kernel/tainted", reason),
                Fact.unreadable("/proc/sys/kernel/split_lock_mitigate", reason),
                Fact.unreadable("/sys/class/misc/hw_random/rng_current", reason),
                Fact.unreadable("dmesg", reason),
                modules,
                moduleOptions,
                List.of());
    }

    /// The command line taken apart.
    public Fact<CommandLine> parameters() {
        return commandLine.map(CommandLine::parse);
    }

    /// A module of that name (with underscores) that is loaded or built in.
    public Optional<Module> module(String name) {
        return modules.stream().filter(m -> m.name().equals(name)).findFirst();
    }

    /// Fields of os-release(5).
    ///
    /// @param id `ID`: `debian`, `arch`, `fedora`
    /// @param like `ID_LIKE`: distributions it is derived from, the closest first
    /// @param version `VERSION_ID`; rolling distributions have none
    /// @param variant `VARIANT_ID`: `silverblue`, `bazzite`
    public record Distribution(Fact<String> id, Fact<List<String>> like, Fact<String> version, Fact<String> variant) {}

    /// The ACS override patch, which lets devices appear isolated that are not.
    ///
    /// @param setting what the command line asks for: `downstream,multifunction`
    /// @param inEffect whether the kernel has the patch: its log says so, or says that it does not know it
    public record AcsOverride(String setting, Fact<Boolean> inEffect) {}

    /// A bit of `/proc/sys/kernel/tainted`.
    ///
    /// @param bit its number
    /// @param letter as an oops shows it; `?` for a bit this program does not know
    /// @param meaning in a few words
    public record Taint(int bit, String letter, String meaning) {}

    /// A module that is loaded, or built into the kernel.
    ///
    /// @param name with underscores, as under `/sys/module`
    /// @param builtIn whether it is part of the kernel's image, so that modprobe's options do not reach it
    /// @param parameters values by name, in name order; one that only root may read is unreadable to others;
    ///     a parameter not in the map does not exist in this kernel
    public record Module(String name, Fact<Boolean> builtIn, Map<String, Fact<String>> parameters) {
        public Module {
            Objects.requireNonNull(name);
            parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        }

        /// A module of which it was not asked whether it is built in.
        public static Module of(String name, Map<String, Fact<String>> parameters) {
            return new Module(name, Fact.unreadable("/sys/module/" + name + "/initstate", "not read"), parameters);
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

    /// A line that decides whether and when a module is loaded.
    ///
    /// @param file the configuration file, as an absolute path below the root
    /// @param line line number from 1
    /// @param kind the line's first word
    /// @param module module name with underscores
    /// @param words what follows: `pre: vfio-pci` for a soft dependency, a shell command for `install`
    public record ModuleDirective(String file, int line, Kind kind, String module, List<String> words) {
        public ModuleDirective {
            Objects.requireNonNull(file);
            Objects.requireNonNull(kind);
            Objects.requireNonNull(module);
            words = List.copyOf(words);
        }

        /// What such a line does.
        public enum Kind {
            /// Not loaded by an alias, so not for a device found.
            BLACKLIST,
            /// Others are loaded before or after it.
            SOFTDEP,
            /// A command runs instead of loading it.
            INSTALL
        }
    }
}
