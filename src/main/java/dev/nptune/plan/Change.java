package dev.nptune.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.nptune.host.PciAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One thing that applying a plan does to a machine: plain data, carried out by `apply`.
///
/// Every change holds the state it was planned from, so that it can refuse to act on a machine that has moved on,
/// and so that it can be shown as a diff without touching anything.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Change.EditFile.class, name = "edit-file"),
    @JsonSubTypes.Type(value = Change.ReloadModule.class, name = "reload-module"),
    @JsonSubTypes.Type(value = Change.WriteSysfs.class, name = "write-sysfs"),
    @JsonSubTypes.Type(value = Change.DefineDomain.class, name = "define-domain"),
    @JsonSubTypes.Type(value = Change.BindDriver.class, name = "bind-driver"),
    @JsonSubTypes.Type(value = Change.KeepCopy.class, name = "keep-copy"),
    @JsonSubTypes.Type(value = Change.Rebuild.class, name = "rebuild"),
    @JsonSubTypes.Type(value = Change.EditBootEntry.class, name = "edit-boot-entry"),
    @JsonSubTypes.Type(value = Change.SetGrubVariable.class, name = "set-grub-variable"),
    @JsonSubTypes.Type(value = Change.OstreeArguments.class, name = "ostree-arguments"),
})
public sealed interface Change {

    /// What it is for, one line for people.
    String summary();

    /// The rules it answers.
    List<String> rules();

    /// Replaces the text of a file, or makes or removes it.
    ///
    /// @param path absolute path below the root
    /// @param before the text planned from; null if there was no file
    /// @param after the text to write; null to remove the file
    /// @param fallback whether the machine falls back to it or by it: an entry that is kept, what has a boot loader
    ///     choose that; absent from the JSON form where it is false
    record EditFile(
            String summary,
            List<String> rules,
            String path,
            @Nullable String before,
            @Nullable String after,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.SKIP)
            boolean fallback)
            implements Change {
        /// One that the machine does not fall back to.
        public EditFile(
                String summary, List<String> rules, String path, @Nullable String before, @Nullable String after) {
            this(summary, rules, path, before, after, false);
        }
    }

    /// Unloads and loads a kernel module so that a changed parameter takes effect.
    ///
    /// @param module the module's name with underscores
    /// @param parameter the parameter that is to change
    /// @param before its value now, as sysfs prints it
    /// @param after its value afterwards, as sysfs prints it
    record ReloadModule(
            String summary, List<String> rules, String module, String parameter, String before, String after)
            implements Change {}

    /// Writes a value into a sysfs or procfs file (huge page counts, THP). Lasts until reboot.
    ///
    /// @param path absolute path below the root
    /// @param before what it reads as now (the bracketed word where the file lists choices)
    /// @param after what to write, and what it must read as then
    record WriteSysfs(String summary, List<String> rules, String path, String before, String after) implements Change {}

    /// Defines a libvirt domain, anew or for the first time.
    ///
    /// @param domain its name
    /// @param before the persistent XML planned from; null if there is no such domain
    /// @param after the XML to define
    record DefineDomain(
            String summary,
            List<String> rules,
            String domain,
            @Nullable String before,
            String after) implements Change {}

    /// Moves a PCI function to another driver by its address, until reboot.
    ///
    /// @param address the function
    /// @param id its `vendor:device`, which must match too: after a card swap the address alone hits the wrong card
    /// @param before the driver bound now; null for none
    /// @param after the driver to bind
    record BindDriver(
            String summary,
            List<String> rules,
            PciAddress address,
            String id,
            @Nullable String before,
            String after) implements Change {}

    /// Keeps a copy of a file beside it, so that the machine can still be started with it.
    ///
    /// @param from absolute path below the root
    /// @param to where the copy goes; what is there is replaced
    /// @param renamed file names that stand in a copy of text, by the names that take their places: a menu that
    ///     is kept names the images that are kept; empty for a copy to the byte
    record KeepCopy(String summary, List<String> rules, String from, String to, Map<String, String> renamed)
            implements Change {
        public KeepCopy {
            renamed = Map.copyOf(renamed);
        }
    }

    /// Has files built anew, by the system's own program, from files that were changed before.
    ///
    /// @param kernel the kernel's release they are built for; empty where they are not one kernel's
    /// @param outputs absolute paths below the root of the files that are built and there already; exactly one
    ///     for a builder that is told where to write
    /// @param contains what must stand in the first of them then; empty if that is no text
    record Rebuild(
            String summary,
            List<String> rules,
            Builder builder,
            String kernel,
            List<String> outputs,
            List<String> contains)
            implements Change {
        public Rebuild {
            outputs = List.copyOf(outputs);
            contains = List.copyOf(contains);
            if (!kernel.matches("|[\\w.][\\w.+~-]*")) {
                throw new IllegalArgumentException("not a kernel's release: " + kernel);
            }
            if (outputs.isEmpty() || (outputs.size() > 1 && !builder.inPlace())) {
                throw new IllegalArgumentException(builder.program() + " builds one file at a time");
            }
        }
    }

    /// Replaces the text of an entry of systemd-boot, on trial where that counts: its name is given a counter, so that
    /// systemd-boot tries it once and takes another entry after that, unless it was found good.
    ///
    /// @param path absolute path below the root, without a counter
    /// @param before the text planned from
    /// @param after the text to write
    /// @param trial whether it is given a counter
    /// @see <a href="https://systemd.io/AUTOMATIC_BOOT_ASSESSMENT/">Automatic Boot Assessment</a>
    record EditBootEntry(String summary, List<String> rules, String path, String before, String after, boolean trial)
            implements Change {}

    /// Sets a variable in GRUB's environment block. Taking it back unsets it.
    ///
    /// @param block absolute path below the root: `/boot/grub/grubenv`
    /// @param name the variable, which nothing else uses
    record SetGrubVariable(String summary, List<String> rules, String block, String name, String value)
            implements Change {}

    /// Changes the kernel arguments of an ostree system, which keeps the deployment before and offers it in its menu.
    ///
    /// @param before the kernel arguments planned from, as `rpm-ostree kargs` prints them
    /// @param append arguments to add, in order
    /// @param delete arguments to take away
    record OstreeArguments(String summary, List<String> rules, String before, List<String> append, List<String> delete)
            implements Change {
        public OstreeArguments {
            append = List.copyOf(append);
            delete = List.copyOf(delete);
        }
    }
}
