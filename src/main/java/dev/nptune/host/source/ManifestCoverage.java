package dev.nptune.host.source;

import dev.nptune.host.Coverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a file missing from a gathered snapshot means, from the script's own record of where it looked.
///
/// The record has lines of fields with tabs between: `looked N DIRECTORY NAMES` says that those names were looked for
/// in every such directory; `in DIRECTORY N` that a directory was reached through a link when list N was looked for;
/// `denied PATH` what was not permitted; `failed PATH REASON` what could not be read. All but the reason may be
/// patterns
/// of the shell. A path that was looked for and is not there does not exist on the machine, and neither does anything
/// below it.
///
/// Bounds: the first 100 000 lines count.
final class ManifestCoverage implements Coverage {
    private static final int MAX_LINES = 100_000;
    private static final int MAX_LINKS = 40;

    private final Path root;
    /// What was looked for, and every directory above it.
    private final PathPatterns looked = new PathPatterns();
    private final PathPatterns denied = new PathPatterns();
    private final Map<String, String> failed = new HashMap<>();

    private ManifestCoverage(Path root) {
        this.root = root;
    }

    static ManifestCoverage parse(Path root, String manifest) {
        ManifestCoverage coverage = new ManifestCoverage(root);
        Map<String, List<String>> lists = new HashMap<>();
        manifest.lines().limit(MAX_LINES).forEach(line -> {
            String[] fields = line.split("\t", -1);
            switch (fields[0]) {
                case "looked" -> {
                    if (fields.length == 4) {
                        List<String> names = List.of(fields[3].split(" "));
                        lists.put(fields[1], names);
                        coverage.look(fields[2], names);
                    }
                }
                case "in" -> {
                    if (fields.length == 3) {
                        coverage.look(fields[1], lists.getOrDefault(fields[2], List.of()));
                    }
                }
                case "denied" -> coverage.denied.add(fields[fields.length - 1]);
                case "failed" -> coverage.failed.put(fields[1 % fields.length], fields[fields.length - 1]);
                default -> {} // for people, or of a later version
            }
        });
        return coverage;
    }

    private void look(String directory, List<String> names) {
        names.forEach(name -> looked.add(directory + "/" + name));
        looked.addWithParents(directory);
    }

    @Override
    public Optional<String> whyMissing(String path) {
        List<String> parts = parts(path);
        Where asked = missingFrom(String.join("/", parts));
        Optional<String> reason = reason(path).or(() -> reason(asked.canonical()));
        if (reason.isPresent()) {
            return reason;
        }
        return wasLookedFor(parts) || wasLookedFor(parts(asked.canonical()), asked.present())
                ? Optional.empty()
                : Optional.of("not in the snapshot");
    }

    private Optional<String> reason(String path) {
        String failure = failed.get(path);
        if (failure != null) {
            return Optional.of(failure);
        }
        List<String> parts = parts(path);
        for (int i = 1; i <= parts.size(); i++) {
            if (denied.matches(parts.subList(0, i))) {
                return Optional.of("permission denied when gathered");
            }
        }
        return Optional.empty();
    }

    /// Whether the path, or the first directory on the way that is missing, was looked for.
    private boolean wasLookedFor(List<String> parts) {
        int present = 0;
        while (present < parts.size() && exists(parts.subList(0, present + 1))) {
            present++;
        }
        return wasLookedFor(parts, present);
    }

    private boolean wasLookedFor(List<String> parts, int present) {
        return looked.matches(parts) || (present < parts.size() && looked.matches(parts.subList(0, present + 1)));
    }

    private boolean exists(List<String> parts) {
        try {
            return Files.exists(root.resolve(String.join("/", parts)), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /// Where a path leads when its links are resolved as far as the snapshot has them.
    ///
    /// @param canonical absolute, without links in the part that is there
    /// @param present how many of its names are there
    private record Where(String canonical, int present) {}

    private Where missingFrom(String path) {
        Deque<String> rest = new ArrayDeque<>(parts(path));
        List<String> here = new ArrayList<>();
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.equals("..")) {
                if (!here.isEmpty()) {
                    here.removeLast();
                }
                continue;
            }
            here.add(name);
            if (!exists(here)) {
                int present = here.size() - 1;
                here.addAll(rest);
                return new Where("/" + String.join("/", here), present);
            }
            Optional<Path> target = ++links > MAX_LINKS * 8 ? Optional.empty() : target(here);
            if (target.isPresent()) {
                here.removeLast();
                if (target.get().isAbsolute()) {
                    here.clear();
                }
                for (int i = target.get().getNameCount() - 1; i >= 0; i--) {
                    rest.push(target.get().getName(i).toString());
                }
            }
        }
        return new Where("/" + String.join("/", here), here.size());
    }

    private Optional<Path> target(List<String> link) {
        Path path = root.resolve(String.join("/", link));
        try {
            return Files.isSymbolicLink(path) ? Optional.of(Files.readSymbolicLink(path)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static List<String> parts(String path) {
        return PathPatterns.parts(path);
    }
}
