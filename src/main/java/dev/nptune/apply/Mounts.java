package dev.nptune.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The file systems that are mounted on a machine, from `/proc/self/mounts`.
///
/// A file that is not there because its file system is not mounted looks like one that somebody has removed, or that
/// never was: so a run notes where the file systems of what it changes were mounted, and is not taken back without.
///
/// @param all in the order in which they were mounted; of two at one point the later one is seen
record Mounts(List<Mount> all) {
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-3][0-7]{2})");

    /// What stands for a file system that is mounted when somebody looks into it.
    private static final String AUTOMOUNT = "autofs";

    Mounts {
        all = List.copyOf(all);
    }

    /// One of them.
    ///
    /// @param point absolute path below the root
    /// @param type as the kernel calls it, `vfat`
    record Mount(String point, String type) {}

    /// Those of a machine now; none if it has no such table.
    static Mounts of(Machine machine) throws IOException {
        Path table = machine.root().resolve("proc/self/mounts");
        if (!Files.isRegularFile(table)) {
            return new Mounts(List.of());
        }
        List<Mount> all = new ArrayList<>();
        for (String line : new String(Files.readAllBytes(table), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            String[] words = line.split(" ");
            if (words.length > 2) {
                all.add(new Mount(unescaped(words[1]), words[2]));
            }
        }
        return new Mounts(all);
    }

    private static String unescaped(String word) {
        return ESCAPED.matcher(word)
                .replaceAll(m -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 8))));
    }

    /// Where the file systems are mounted that hold some files; the root's own is left out.
    ///
    /// @param files absolute paths below the root
    List<String> holding(List<String> files) {
        return files.stream()
                .flatMap(file -> holding(file).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private Optional<String> holding(String file) {
        return mounted()
                .filter(point -> !point.equals("/") && file.startsWith(point + "/"))
                .max(Comparator.comparingInt(String::length));
    }

    private Stream<String> mounted() {
        return all.stream().filter(m -> !m.type().equals(AUTOMOUNT)).map(Mount::point);
    }

    /// Sees to it that what a run found mounted is mounted when it is taken back. Where the files are there all the
    /// same, or the folders that they are in, somebody has moved them to another file system, and it need not be.
    ///
    /// @param points as [#holding(List)] told them
    /// @param files the files, absolute paths below the root
    /// @throws IOException if one is not
    static void require(Machine machine, List<String> points, List<String> files) throws IOException {
        for (String point : points) {
            awaken(machine.root().resolve(point.substring(1)));
            if (of(machine).mounted().noneMatch(point::equals)
                    && files.stream().anyMatch(file -> file.startsWith(point + "/") && isAway(machine, point, file))) {
                throw new IOException(point + " is not mounted: mount it, then take the run back once more");
            }
        }
    }

    private static boolean isAway(Machine machine, String point, String path) {
        Path file = machine.root().resolve(path.substring(1));
        Path folder = Disk.directory(file);
        return !Files.exists(file)
                && (!Files.isDirectory(folder) || folder.equals(machine.root().resolve(point.substring(1))));
    }

    /// What is mounted on demand is mounted for who looks into it.
    private static void awaken(Path point) {
        try (DirectoryStream<Path> _ = Files.newDirectoryStream(point)) {
            return;
        } catch (IOException _) {
            // then it is not mounted, which is said
        }
    }
}
