package dev.nptune.kernel.diff;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.SourceTree.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A tree with changes that are in memory only.
final class Overlay {
    private final SourceTree tree;
    private final Map<String, Optional<Stored>> read = new HashMap<>();
    private final Map<String, Optional<Content>> changed = new LinkedHashMap<>();

    /// What stood in changed files when the patch at hand began.
    private final Map<String, Optional<Content>> atStart = new HashMap<>();

    /// Files that are the new name of a rename or a copy of the patch at hand.
    private final Set<String> targets = new HashSet<>();

    Overlay(SourceTree tree) {
        this.tree = tree;
    }

    SourceTree tree() {
        return tree;
    }

    /// A patch begins: what stands in the files now is what its renames and copies are of.
    void begin() {
        atStart.clear();
        targets.clear();
    }

    Optional<Content> get(String name) throws UserException {
        Optional<Content> now = changed.get(name);
        return now != null ? now : stored(name).map(Stored::content);
    }

    /// What a copy takes.
    Optional<Content> atStart(String name) throws UserException {
        Optional<Content> start = atStart.get(name);
        return start != null && start.isPresent() ? start : get(name);
    }

    /// What a rename takes: the file as it is, unless another one has taken its name.
    Optional<Content> toRename(String name) throws UserException {
        return targets.contains(name) ? atStart(name) : get(name);
    }

    boolean isTarget(String name) {
        return targets.contains(name);
    }

    private Optional<Stored> stored(String name) throws UserException {
        Optional<Stored> known = read.get(name);
        if (known == null) {
            known = tree.read(name);
            read.put(name, known);
        }
        return known;
    }

    void put(String name, Content content) throws UserException {
        change(name, Optional.of(content));
    }

    void putTarget(String name, Content content) throws UserException {
        put(name, content);
        targets.add(name);
    }

    void remove(String name) throws UserException {
        change(name, Optional.empty());
    }

    private void change(String name, Optional<Content> content) throws UserException {
        atStart.putIfAbsent(name, get(name));
        changed.put(name, content);
    }

    /// Whether a file stands here, as far as can be told.
    boolean has(String name) {
        try {
            return tree.refusal(name).isEmpty() && get(name).isPresent();
        } catch (UserException _) {
            return false;
        }
    }

    /// What is different from the tree on the disk.
    List<Change> changes() throws UserException {
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, Optional<Content>> entry : changed.entrySet()) {
            Optional<Stored> before = stored(entry.getKey());
            if (!before.map(Stored::content).equals(entry.getValue())) {
                changes.add(new Change(entry.getKey(), before, entry.getValue()));
            }
        }
        return changes;
    }

    /// What becomes of a file of the tree.
    ///
    /// @param name its name
    /// @param before what stood on the disk
    /// @param after what shall stand there
    record Change(String name, Optional<Stored> before, Optional<Content> after) {}
}
