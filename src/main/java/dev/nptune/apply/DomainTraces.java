package dev.nptune.apply;

import dev.nptune.apply.DomainXml.Element;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a domain leaves below the machine's root when it is started: libvirt's definition of it stays as it was, even
/// when a system was installed in it.
///
/// The paths are those of libvirt's system daemon, as its `configure` has them by default.
final class DomainTraces {
    /// Where each emulated TPM has a folder named by the domain's UUID.
    static final String TPM = "/var/lib/libvirt/swtpm";

    private static final String LOGS = "/var/log/libvirt/qemu";
    private static final String NVRAM = "/var/lib/libvirt/qemu/nvram";
    private static final int DEPTH = 3;

    private final Path root;

    /// @param root the directory that stands for `/`
    DomainTraces(Path root) {
        this.root = root;
    }

    /// Whether the domain has a TPM that libvirt emulates and keeps the state of.
    boolean hasTpm(String xml) throws IOException {
        return DomainXml.elements(xml).stream()
                .anyMatch(e -> e.path().equals("domain/devices/tpm/backend")
                        && "emulator".equals(e.attributes().get("type")));
    }

    /// Where the firmware's variables are or would be; empty for firmware that has none. libvirt writes the path into
    /// the definition when it has chosen the firmware, some versions at the first start.
    Optional<String> nvram(String domain, String xml) throws IOException {
        List<Element> all = DomainXml.elements(xml);
        Optional<String> named = all.stream()
                .filter(e -> e.path().equals("domain/os/nvram"))
                .map(e -> e.text().isEmpty() ? e.attributes().getOrDefault("file", "") : e.text())
                .filter(path -> path.startsWith("/"))
                .findFirst();
        boolean uefi = all.stream()
                .anyMatch(e -> (e.path().equals("domain/os")
                                && "efi".equals(e.attributes().get("firmware")))
                        || (e.path().equals("domain/os/loader")
                                && "pflash".equals(e.attributes().get("type"))));
        return named.or(() -> uefi ? Optional.of(NVRAM + "/" + domain + "_VARS.fd") : Optional.empty());
    }

    /// Signs that the domain was started after the run; empty if there are none. Where it cannot be seen and the
    /// rollback is forced, that is a sign too.
    ///
    /// @throws IOException if it cannot be seen
    List<String> since(UndoMode mode, String domain, String uuid, String xml) throws IOException {
        List<String> signs = new ArrayList<>();
        List<String> places = new ArrayList<>(List.of(LOGS + "/" + domain + ".log", TPM + "/" + uuid));
        nvram(domain, xml).ifPresent(places::add);
        for (String place : places) {
            try {
                if (isNewer(place, mode.since())) {
                    signs.add(place + " is newer");
                }
            } catch (FileSystemException e) {
                if (!mode.force()) {
                    throw e;
                }
                signs.add(place + " cannot be looked at");
            }
        }
        return signs;
    }

    boolean isNewer(String path, Instant than) throws IOException {
        return time(path).filter(t -> t.isAfter(than)).isPresent();
    }

    /// When a file, or the youngest file of a folder, was last written; empty if there is none.
    Optional<Instant> time(String path) throws IOException {
        Path file = root.resolve(path.substring(1));
        try {
            Instant youngest = written(file);
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                youngest = youngest(file, DEPTH, youngest);
            }
            return Optional.of(youngest);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
    }

    private static Instant youngest(Path folder, int depth, Instant soFar) throws IOException {
        List<Path> inside;
        try (Stream<Path> all = Files.list(folder)) {
            inside = all.toList();
        }
        Instant youngest = soFar;
        for (Path file : inside) {
            Instant time = written(file);
            youngest = time.isAfter(youngest) ? time : youngest;
            if (depth > 1 && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                youngest = youngest(file, depth - 1, youngest);
            }
        }
        return youngest;
    }

    private static Instant written(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }
}
