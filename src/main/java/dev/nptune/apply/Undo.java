package dev.nptune.apply;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.Builder;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What taking one change back needs. Written to the journal before the change is made, so that a run that dies in the
/// middle can be taken back by another process.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Undo.OfFile.class, name = "edit-file"),
    @JsonSubTypes.Type(value = Undo.OfModule.class, name = "reload-module"),
    @JsonSubTypes.Type(value = Undo.OfSysfs.class, name = "write-sysfs"),
    @JsonSubTypes.Type(value = Undo.OfDomain.class, name = "define-domain"),
    @JsonSubTypes.Type(value = Undo.OfDriver.class, name = "bind-driver"),
    @JsonSubTypes.Type(value = Undo.OfCopy.class, name = "keep-copy"),
    @JsonSubTypes.Type(value = Undo.OfBuild.class, name = "rebuild"),
    @JsonSubTypes.Type(value = Undo.OfBootEntry.class, name = "edit-boot-entry"),
    @JsonSubTypes.Type(value = Undo.OfGrubVariable.class, name = "set-grub-variable"),
    @JsonSubTypes.Type(value = Undo.OfOstree.class, name = "ostree-arguments"),
})
public sealed interface Undo {
    /// When it is taken back: of two changes the one with the lower number first, of equals the later one. What is
    /// built comes after what it is built from, also on the way back, and what the machine falls back to goes last:
    ///
    /// 0. what it starts with,
    /// 1. what has a loader fall back, where that is built into its menu,
    /// 2. what is built,
    /// 3. the variable by which GRUB knows whether to fall back,
    /// 4. what has a loader fall back where it reads that itself, entries that are kept, and the check that ends
    ///    a trial,
    /// 5. copies, which those entries name.
    default int turn() {
        return switch (this) {
            case OfFile file -> !file.fallback() ? 0 : file.isBuiltIn() ? 1 : 4;
            case OfModule _, OfSysfs _, OfDomain _, OfDriver _, OfBootEntry _, OfOstree _ -> 0;
            case OfBuild _ -> 2;
            case OfGrubVariable _ -> 3;
            case OfCopy _ -> 5;
        };
    }

    /// The files that it is about, absolute paths below the root.
    default List<String> paths() {
        return switch (this) {
            case OfFile file -> List.of(file.path());
            case OfCopy copy -> List.of(copy.path());
            case OfBuild build -> build.files().stream().map(Built::path).toList();
            case OfBootEntry entry -> List.of(entry.path());
            case OfGrubVariable variable -> List.of(variable.block());
            case OfModule _, OfSysfs _, OfDomain _, OfDriver _, OfOstree _ -> List.of();
        };
    }

    /// Whether it is what the machine falls back to.
    default boolean isFallback() {
        return switch (this) {
            case OfGrubVariable _, OfCopy _ -> true;
            case OfFile file -> file.fallback();
            case OfModule _, OfSysfs _, OfDomain _, OfDriver _, OfBootEntry _, OfOstree _, OfBuild _ -> false;
        };
    }

    /// Whether the machine may start with what it is about.
    default boolean mayStartWith() {
        return switch (this) {
            case OfFile file -> !file.isOfVms();
            case OfBootEntry _, OfBuild _ -> true;
            case OfModule _, OfSysfs _, OfDomain _, OfDriver _, OfOstree _, OfGrubVariable _, OfCopy _ -> false;
        };
    }

    /// A file as it was. Bytes, mode, owner, times and extended attributes are those of the backup copy.
    ///
    /// @param path absolute path below the root, symbolic links followed
    /// @param temporary absolute path below the root of the file that is renamed over it
    /// @param backup name of the copy in the journal's backup folder; null if there was no file
    /// @param after the text written; null if the file was removed
    /// @param madeDirectories directories that had to be made for it, outermost first, absolute below the root
    /// @param fallback whether the machine falls back to it or by it; absent from the JSON form where it is false
    record OfFile(
            String path,
            String temporary,
            @Nullable String backup,
            @Nullable String after,
            List<String> madeDirectories,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.SKIP)
            boolean fallback)
            implements Undo {
        public OfFile {
            madeDirectories = List.copyOf(madeDirectories);
        }

        /// What GRUB's menu is built from.
        boolean isBuiltIn() {
            return path.startsWith("/etc/grub.d/");
        }

        /// Hooks and settings that VMs want: no boot fails for them, and what is kept leads back from none of them.
        boolean isOfVms() {
            return Stream.of("/etc/libvirt/", "/etc/sysctl.d/", "/etc/tmpfiles.d/")
                    .anyMatch(path::startsWith);
        }
    }

    /// A module's parameter as it was.
    record OfModule(String module, String parameter, String before, String after) implements Undo {}

    /// A sysfs or procfs value as it was.
    record OfSysfs(String path, String before, String after) implements Undo {}

    /// A domain as it was.
    ///
    /// @param before the persistent XML as libvirt printed it; null if there was no such domain
    /// @param planned the XML that was to be defined
    /// @param after the persistent XML as libvirt printed it afterwards; null until that is known
    /// @param backup name of a copy of `before` in the journal's backup folder; null if there was nothing to copy
    /// @param nvram path of the firmware's variables if they were there before a new domain; null if not
    record OfDomain(
            String domain,
            @Nullable String before,
            String planned,
            @Nullable String after,
            @Nullable String backup,
            @Nullable String nvram)
            implements Undo {}

    /// The driver of a PCI function as it was.
    ///
    /// @param before the driver bound; null for none
    /// @param beforeOverride what `driver_override` read as; null if it was not set
    /// @param after the driver that was to be bound
    /// @param load whether the driver's module has to be loaded for it
    record OfDriver(
            PciAddress address,
            String id,
            @Nullable String before,
            @Nullable String beforeOverride,
            String after,
            boolean load)
            implements Undo {}

    /// A place where a copy was put.
    ///
    /// @param path absolute path below the root of the copy
    /// @param temporary absolute path below the root of the file that is renamed over it
    /// @param backup name of what was there in the journal's backup folder; null if nothing was
    record OfCopy(String path, String temporary, @Nullable String backup) implements Undo {}

    /// Files that were built anew, as they were.
    ///
    /// @param files what was there and what came of it
    record OfBuild(Builder builder, String kernel, List<Built> files) implements Undo {
        public OfBuild {
            files = List.copyOf(files);
        }
    }

    /// One file that is built.
    ///
    /// @param path absolute path below the root, symbolic links followed
    /// @param temporary absolute path below the root of the file that is renamed over it
    /// @param backup name of the copy in the journal's backup folder
    /// @param digest SHA-256 of what was built, in hex; null until that is known
    record Built(
            String path,
            String temporary,
            String backup,
            @Nullable String digest) {}

    /// An entry of systemd-boot as it was.
    ///
    /// @param path absolute path below the root, without a counter
    /// @param temporary absolute path below the root of the file that is renamed over it
    /// @param backup name of the copy in the journal's backup folder
    /// @param after the text written
    /// @param trial whether it was given a counter
    record OfBootEntry(String path, String temporary, String backup, String after, boolean trial) implements Undo {}

    /// A variable of GRUB's that was not set.
    ///
    /// @param block absolute path below the root of the file that holds it, symbolic links followed
    /// @param temporary absolute path below the root of the file that is renamed over it
    /// @param backup name of the copy in the journal's backup folder
    record OfGrubVariable(
            String block,
            String name,
            @Nullable String temporary,
            @Nullable String backup) implements Undo {}

    /// The kernel arguments of an ostree system as they were.
    ///
    /// @param before as `rpm-ostree kargs` printed them
    record OfOstree(String before, List<String> append, List<String> delete) implements Undo {
        public OfOstree {
            append = List.copyOf(append);
            delete = List.copyOf(delete);
        }
    }
}
