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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The programs that a build needs: make, and the compiler that the kernel was built with.
///
/// @param makeProgram where make is
/// @param compiler the compiler's program
/// @param compilerSays the first line of what it says of its version
/// @param kernelSays the same of the kernel's compiler, from its configuration
/// @param path the value of `PATH`
/// @param arguments what make is told of the compiler
record BuildTools(
        String makeProgram,
        String compiler,
        String compilerSays,
        String kernelSays,
        @Nullable String path,
        List<String> arguments) {
    private static final Duration LOOKUP = Duration.ofSeconds(20);
    private static final Pattern MAJOR = Pattern.compile(" (\\d+)\\.\\d+(\\.\\d+)?");

    /// Variables of make and kbuild that a person's own environment may hold and that would lead a build astray.
    private static final List<String> UNSET = List.of(
            "ARCH",
            "SUBARCH",
            "CROSS_COMPILE",
            "CC",
            "LD",
            "LLVM",
            "KBUILD_OUTPUT",
            "KBUILD_EXTMOD",
            "M",
            "O",
            "W",
            "MAKEFLAGS",
            "MAKEOVERRIDES",
            "KBUILD_MODPOST_WARN",
            "KCFLAGS",
            "KAFLAGS",
            "KBUILD_EXTRA_SYMBOLS",
            "LANGUAGE");

    BuildTools {
        arguments = List.copyOf(arguments);
    }

    /// Finds them.
    ///
    /// @param path the value of `PATH`
    /// @throws UserException if one is missing or the compiler is another than the kernel's
    static BuildTools find(KernelHeaders headers, @Nullable String path) throws IOException, UserException {
        Path make = Programs.find("make", path).orElseThrow(() -> missing("make", "there is no make here", "make"));
        String kernelSays = headers.config("CONFIG_CC_VERSION_TEXT");
        String name = kernelSays.split(" ")[0];
        Optional<Path> compiler = name.matches("[A-Za-z0-9_.+-]+") ? Programs.find(name, path) : Optional.empty();
        if (compiler.isEmpty()) {
            throw missing(
                    name,
                    "the kernel was built with '" + kernelSays + "', and there is no " + name + " here",
                    name.replaceFirst("^x86_64-linux-gnu-", ""));
        }
        String says = Exec.run(LOOKUP, List.of(compiler.get().toString(), "--version"))
                .out()
                .lines()
                .findFirst()
                .orElse("");
        if (!major(says).equals(major(kernelSays))) {
            throw missing(
                    name,
                    "the kernel was built with '" + kernelSays + "', but " + name + " here is '" + says + "'",
                    name + "-" + major(kernelSays).orElse("?"));
        }
        checkElf();
        boolean own = Files.exists(headers.folder().resolve(".kernelvariables"));
        List<String> arguments = name.contains("clang") ? List.of("LLVM=1") : own ? List.of() : List.of("CC=" + name);
        return new BuildTools(make.toString(), name, says, kernelSays, path, arguments);
    }

    /// objtool, which kbuild runs, is linked with it.
    private static void checkElf() throws UserException {
        boolean there = Stream.of(
                        "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", "/lib64")
                .anyMatch(folder -> Files.exists(Path.of(folder, "libelf.so.1")));
        if (!there) {
            throw missing("libelf", "there is no libelf.so.1 here, which kbuild's objtool needs", "libelf1");
        }
    }

    private static UserException missing(String what, String why, String debian) {
        return new UserException(
                Exit.CANNOT,
                "cannot build modules: " + why,
                "install it: "
                        + install(
                                debian, what.startsWith("lib") ? "elfutils-libelf" : what.replaceFirst("-\\d+$", "")));
    }

    /// The distributions' commands to install a package.
    static String install(String debian, String others) {
        return "apt install " + debian + " · dnf install " + others + " · pacman -S " + others;
    }

    /// The distributions' packages of headers.
    static String headersPackage() {
        return "Debian: linux-headers-RELEASE, Fedora: kernel-devel, Arch: linux-headers";
    }

    /// Whether the compiler is exactly the kernel's.
    boolean same() {
        return compilerSays.equals(kernelSays);
    }

    /// A command line of make, free of what a person's environment says of kbuild.
    List<String> make(List<String> more) {
        List<String> argv = new ArrayList<>(List.of("/usr/bin/env"));
        for (String variable : UNSET) {
            argv.add("-u");
            argv.add(variable);
        }
        argv.add(makeProgram);
        argv.addAll(more);
        argv.addAll(arguments);
        return argv;
    }

    /// The extra environment of a build. kbuild takes `LC_ALL` away, and the compiler's complaints are read.
    Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>(Map.of("LANG", "C", "LC_CTYPE", "C", "LC_MESSAGES", "C"));
        if (path != null) {
            variables.put("PATH", path);
        }
        return variables;
    }

    private static Optional<String> major(String says) {
        // the version in parentheses is the package's
        Matcher m = MAJOR.matcher(says.replaceAll("\\([^)]*\\)", ""));
        return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }
}
