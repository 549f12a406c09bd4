package dev.nptune.apply;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.nptune.host.PciAddress;
import java.util.List;
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
})
public sealed interface Undo {

    /// A file as it was. Bytes, mode, owner, times and extended attributes are those of the backup copy.
    ///
    /// @param path absolute path below the root, symbolic links followed
    /// @param temporary absolute path below the root of the file that is renamed over it
    /// @param backup name of the copy in the journal's backup folder; null if there was no file
    /// @param after the text written; null if the file was removed
    /// @param madeDirectories directories that had to be made for it, outermost first, absolute below the root
    record OfFile(
            String path,
            String temporary,
            @Nullable String backup,
            @Nullable String after,
            List<String> madeDirectories)
            implements Undo {
        public OfFile {
            madeDirectories = List.copyOf(madeDirectories);
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
}
