package dev.nptune.lab.debian;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.LabDirectories;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// A disk with a Debian on it as it was installed, in the lab's cache. Nobody writes to it: machines write to a
/// [DebianDisk] on top.
///
/// Its name holds a digest of the scripts that made it. One whose scripts have changed since is removed when a new one
/// is made, also from under disks that lie on it.
///
/// @param variant how it boots
/// @param file raw, sparse
public record DebianImage(DebianVariant variant, Path file) {
    private static final List<String> COMMANDS =
            List.of("debootstrap", "mke2fs", "sfdisk", "mkfs.vfat", "mcopy", "qemu-img", "unshare");

    /// Commands that must be there to make and use images, and are not. Only root can make them.
    public static List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String command : COMMANDS) {
            if (dev.nptune.internal.proc.Programs.find(command, System.getenv("PATH"))
                    .isEmpty()) {
                missing.add(command);
            }
        }
        if (!Files.exists(DebianFirmware.CODE)) {
            missing.add(DebianFirmware.CODE.toString());
        }
        return missing;
    }

    /// A variant's image, made first if it is not in the cache.
    public static DebianImage of(DebianVariant variant) throws IOException, UserException {
        return all(List.of(variant)).getFirst();
    }

    /// Several of them; those that are not in the cache are made at the same time.
    public static synchronized List<DebianImage> all(List<DebianVariant> variants) throws IOException, UserException {
        LabDirectories directories =
                LabDirectories.of(System.getenv(), Path.of(System.getenv().getOrDefault("HOME", "/root")));
        Path folder = Files.createDirectories(directories.cache().resolve("debian"));
        Map<DebianVariant, DebianImage> images = new EnumMap<>(DebianVariant.class);
        for (DebianVariant variant : variants) {
            images.put(variant, new DebianImage(variant, folder.resolve(DebianScripts.name(variant))));
        }
        try (FileChannel lock =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            List<DebianImage> absent =
                    images.values().stream().filter(i -> !Files.exists(i.file)).toList();
            if (!absent.isEmpty()) {
                removeOld(folder);
                Path base = DebianBuild.base(folder);
                build(base, absent);
            }
        }
        return variants.stream().map(images::get).toList();
    }

    private static void build(Path base, List<DebianImage> absent) throws IOException, UserException {
        try (ExecutorService threads = Executors.newFixedThreadPool(absent.size())) {
            List<Future<Path>> builds = new ArrayList<>();
            for (DebianImage image : absent) {
                builds.add(threads.submit(() -> DebianBuild.image(base, image.variant, image.file)));
            }
            for (Future<Path> each : builds) {
                each.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UserException user) {
                throw user;
            }
            throw new IOException("an image could not be made: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making images", e);
        }
    }

    /// What was made by other scripts than today's, and what a build that was ended left.
    private static void removeOld(Path folder) throws IOException {
        List<String> kept = new ArrayList<>(List.of("lock", DebianScripts.baseName()));
        for (DebianVariant variant : DebianVariant.values()) {
            kept.add(DebianScripts.name(variant));
        }
        List<Path> old;
        try (Stream<Path> found = Files.list(folder)) {
            old = found.filter(p -> !kept.contains(p.getFileName().toString())).toList();
        }
        for (Path each : old) {
            DebianBuild.remove(each);
        }
    }

    /// The size it takes on the real machine's disk, in bytes; it shows more.
    public long allocated() throws IOException {
        Exec.Result du = Exec.run(DebianBuild.SHORT, List.of("du", "-B1", file.toString()));
        return Long.parseLong(du.out().split("\\s")[0]);
    }
}
