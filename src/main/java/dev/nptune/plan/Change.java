package dev.nptune.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.nptune.host.PciAddress;
import java.util.List;
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
    record EditFile(
            String summary,
            List<String> rules,
            String path,
            @Nullable String before,
            @Nullable String after) implements Change {}

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
}
