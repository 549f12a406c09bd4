package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.plan.Change;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How kernel arguments are changed on a machine.
public sealed interface LoaderPlan {

    /// What to edit, and what to do after that.
    ///
    /// Who makes changes of it adds the rules and a way back for a boot that fails.
    ///
    /// @param loader what is configured
    /// @param edits in the order in which to make them; empty if all is as wanted already
    /// @param rebuilds what the system's programs build anew after the edits, without rules
    /// @param ostree the change of an ostree system, which has no edits, without rules
    /// @param notes for people: why there, and what else there is to know
    record Edits(
            Kind loader,
            List<Edit> edits,
            List<Change.Rebuild> rebuilds,
            Optional<Change.OstreeArguments> ostree,
            List<String> notes)
            implements LoaderPlan {
        public Edits {
            Objects.requireNonNull(loader);
            Objects.requireNonNull(ostree);
            edits = List.copyOf(edits);
            rebuilds = List.copyOf(rebuilds);
            notes = List.copyOf(notes);
        }

        /// Whether there is nothing to do.
        public boolean isEmpty() {
            return edits.isEmpty() && rebuilds.isEmpty() && ostree.isEmpty();
        }
    }

    /// It is not done.
    ///
    /// @param why the reason, a sentence
    /// @param byHand what a person can do instead
    record Cannot(String why, String byHand) implements LoaderPlan {
        public Cannot {
            Objects.requireNonNull(why);
            Objects.requireNonNull(byHand);
        }
    }

    /// The text of a file before and after.
    ///
    /// @param path absolute path below the root
    /// @param before null if there is no such file yet
    record Edit(String path, @Nullable String before, String after, Role role) {}

    /// What a file is to the boot loader.
    enum Role {
        /// What entries are made from, now or at the next kernel.
        SETTINGS,
        /// An entry that the boot loader reads, in a file of its own.
        ENTRY,
        /// A menu of several entries that the boot loader reads.
        MENU
    }
}
