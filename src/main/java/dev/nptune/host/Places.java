package dev.nptune.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds files by listing directories, so that one nobody may open is found as well, and whatever the case of its
/// letters on an EFI system partition. A directory that cannot be listed is a [Gap].
final class Places {
    private final Tree tree;
    private final Map<String, List<String>> names = new HashMap<>();
    private boolean complete = true;

    Places(Tree tree) {
        this.tree = tree;
    }

    /// Whether every directory that was asked for could be listed, and what was not found does not exist.
    boolean complete() {
        return complete;
    }

    /// The path of a file or directory as it is written there.
    Optional<String> find(String path) {
        String here = "";
        for (String part : path.substring(1).split("/")) {
            List<String> entries = names(here.isEmpty() ? "/" : here);
            Optional<String> name = entries.contains(part)
                    ? Optional.of(part)
                    : entries.stream().filter(part::equalsIgnoreCase).findFirst();
            if (name.isEmpty()) {
                complete &= !tree.mayExist(here + "/" + part);
                return Optional.empty();
            }
            here += "/" + name.get();
        }
        return Optional.of(here);
    }

    /// Those of several paths that are there, in that order.
    List<String> findAll(String... paths) {
        return Stream.of(paths).flatMap(p -> find(p).stream()).distinct().toList();
    }

    /// The files of a directory whose names end so, as paths in the order of their names; 256 at most.
    List<String> files(String directory, String ending) {
        return find(directory)
                .map(found -> names(found).stream()
                        .filter(name ->
                                name.regionMatches(true, name.length() - ending.length(), ending, 0, ending.length()))
                        .limit(256)
                        .map(name -> found + "/" + name)
                        .toList())
                .orElse(List.of());
    }

    private List<String> names(String directory) {
        return names.computeIfAbsent(directory, d -> {
            Fact<List<String>> found = tree.names(d);
            if (found instanceof Fact.Unreadable<List<String>>(String _, String reason)
                    && !reason.equals("not a directory")) {
                complete = false;
                tree.noteGap(found);
            }
            return found.get().orElse(List.of());
        });
    }
}
