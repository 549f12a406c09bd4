package dev.nptune.lab;

import dev.nptune.internal.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// SHA-256 digests that tell whether what the cache holds is what was put there.
final class Digests {
    private Digests() {}

    /// Of a kernel: the bytes of its image, of its module index and of the modules that the lab loads, and the
    /// name and size of every other module. Their bytes, 380 MB, are left out: reading them would cost more than
    /// the boot.
    static String kernel(KernelFiles kernel) throws IOException {
        MessageDigest digest = Sha256.digest();
        digest.update(Files.readAllBytes(kernel.image()));
        byte[] index = Files.readAllBytes(kernel.modules().resolve("modules.dep"));
        digest.update(index);
        ModuleOrder order = new ModuleOrder(new String(index, StandardCharsets.UTF_8));
        for (String module :
                order.loading(Lab.MODULES.stream().filter(order::has).toList())) {
            digest.update(Files.readAllBytes(kernel.modules().resolve(module)));
        }
        try (Stream<Path> walk = Files.walk(kernel.modules())) {
            List<Path> modules =
                    walk.filter(p -> p.toString().endsWith(".ko")).sorted().toList();
            for (Path module : modules) {
                String line = kernel.modules().relativize(module) + " " + Files.size(module) + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
