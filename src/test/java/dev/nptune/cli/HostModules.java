package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.kernel.module.BuildManifest;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.ResidentProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// An emulated host's `/lib/modules`, in which modules are installed with this program, run in the host.
/// It holds the modules of KVM and of the card only: depmod reads every module that is there, and there are 4000.
record HostModules(EmulatedHost host, Path share, String release, ResidentProgram program) {
    private static final Set<String> KEPT = Set.of("kvm-amd.ko", "vfio-pci.ko", "bochs.ko");

    /// Makes the folder and has the host use it, in its memory.
    static HostModules prepare(EmulatedHost host, Path share, KernelFiles kernel) throws Exception {
        Path tree = share.resolve("modules");
        for (String line : Files.readAllLines(kernel.modules().resolve("modules.dep"))) {
            List<String> files = List.of(line.replaceFirst(":", "").split(" "));
            if (KEPT.contains(Path.of(files.getFirst()).getFileName().toString())) {
                for (String file : files) {
                    copy(kernel.modules().resolve(file), tree.resolve(file));
                }
            }
        }
        for (String name : List.of("modules.order", "modules.builtin", "modules.builtin.modinfo")) {
            copy(kernel.modules().resolve(name), tree.resolve(name));
        }
        HostModules modules = new HostModules(host, share, kernel.release(), ResidentProgram.start(share, host::call));
        modules.inHost("cp -r /lab/modules /run/modules; mount --bind /run/modules /usr/lib/modules/" + kernel.release()
                + "; depmod");
        return modules;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolveSibling("."));
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private String inHost(String script) throws Exception {
        Exec.Result result = host.call("sh", "-ec", script);
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }

    /// `nptune patch install FOLDER --load`.
    Exec.Result install(Path built) throws Exception {
        String name = built.getFileName().toString();
        try (Stream<Path> files = Files.walk(built)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, share.resolve(name).resolve(built.relativize(file).toString()));
            }
        }
        return nptune("patch", "install", "/lab/" + name, "--load");
    }

    /// `nptune patch remove --load`.
    Exec.Result remove() throws Exception {
        return nptune("patch", "remove", "--load");
    }

    /// The build ID of the module that is loaded, as hexadecimal digits.
    String loaded() throws Exception {
        return inHost("od -An -v -tx1 -j16 /sys/module/kvm_amd/notes/.note.gnu.build-id")
                .replaceAll("\\s", "");
    }

    /// Digests of what is below the modules' folder and of the records, each with its name.
    String everything() throws Exception {
        return inHost("find /run/modules /var/lib/nptune -type f | sort | xargs sha256sum");
    }

    /// The program, as it was just compiled, in the host.
    Exec.Result nptune(String... arguments) throws Exception {
        return program.run(arguments);
    }

    /// Makes a build like another whose module the kernel refuses: it was made for another layout of `struct module`,
    /// says the checksum that is the first in its section `__versions`, eight bytes before the name.
    static Path refused(Path built, Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(built)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, folder.resolve(built.relativize(file).toString()));
            }
        }
        BuildManifest manifest = Json.read(Files.readString(folder.resolve(BuildManifest.FILE)), BuildManifest.class);
        BuildManifest.BuiltModule module = manifest.modules().getFirst();
        Path ko = folder.resolve(module.file());
        byte[] bytes = Files.readAllBytes(ko);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("module_layout\0");
        assertThat(at).isGreaterThan(8);
        bytes[at - 8] ^= 1;
        Files.write(ko, bytes);
        Files.writeString(
                folder.resolve(BuildManifest.FILE),
                Files.readString(folder.resolve(BuildManifest.FILE)).replace(module.sha256(), Sha256.of(ko)));
        return folder;
    }
}
