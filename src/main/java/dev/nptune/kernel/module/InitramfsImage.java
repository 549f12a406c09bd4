package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The image that a kernel starts from: it holds copies of some modules, which are loaded before `/lib/modules` is
/// there.
final class InitramfsImage {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private InitramfsImage() {}

    /// What a person has to do about the image for modules to be used; empty if it holds none of them, or there is
    /// none.
    static Optional<String> advice(InstalledKernel kernel, List<String> modules) throws IOException {
        Optional<Path> image = Stream.of("initrd.img-%s", "initramfs-%s.img")
                .map(name -> kernel.root().resolve("boot").resolve(name.formatted(kernel.release())))
                .filter(Files::isRegularFile)
                .findFirst();
        Optional<Path> lister = Stream.of("lsinitramfs", "lsinitrd")
                .flatMap(name -> Programs.find(name, kernel.path()).stream())
                .findFirst();
        if (image.isEmpty()) {
            return Optional.empty();
        }
        String rebuild = lister.filter(l -> l.endsWith("lsinitrd")).isPresent()
                ? "dracut -f --kver " + kernel.release()
                : "update-initramfs -u -k " + kernel.release();
        if (lister.isEmpty()) {
            return Optional.of(
                    "whether " + image.get() + " holds a copy of the module is not known; if so, rebuild it");
        }
        Exec.Result result =
                Exec.run(LIMIT, List.of(lister.get().toString(), image.get().toString()));
        boolean holds = result.out()
                .lines()
                .map(line -> Path.of(line.substring(line.lastIndexOf(' ') + 1)))
                .filter(path -> path.getFileName() != null)
                .flatMap(path -> ModuleFile.name(path).stream())
                .anyMatch(name -> modules.stream().anyMatch(m -> ModuleFile.same(m, name)));
        return holds
                ? Optional.of(image.get() + " holds a copy of the module; rebuild it: " + rebuild)
                : Optional.empty();
    }
}
