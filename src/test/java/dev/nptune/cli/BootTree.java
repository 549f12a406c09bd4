package dev.nptune.cli;

import dev.nptune.Resources;
import dev.nptune.host.Commands;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.ArgumentEdit;
import dev.nptune.plan.boot.LoaderEdits;
import dev.nptune.plan.boot.LoaderPlan;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a machine boots from, as a small tree of files; written from what such systems have.
///
/// A tree is a text: a line about it, then `== PATH` and the file's text for each. `== note NAME` is a note that a boot
/// loader left in a UEFI variable.
record BootTree(Path root) {
    static final List<String> NAMES = List.of(
            "arch-grub",
            "arch-systemd-boot",
            "arch-uki",
            "bazzite",
            "cachyos",
            "debian",
            "fedora-btrfs",
            "fedora-ext4",
            "kernel-install",
            "limine",
            "limine-old",
            "opensuse",
            "opensuse-single-quotes",
            "pop-os",
            "refind",
            "refind-stanza",
            "ubuntu");
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    static BootTree unpack(String name, Path root) throws IOException {
        BootTree tree = new BootTree(root);
        String[] parts = Resources.text("boot/" + name + ".txt").split("(?m)^== ");
        for (String part : List.of(parts).subList(1, parts.length)) {
            int end = part.indexOf('\n');
            String path = part.substring(0, end);
            String text = part.substring(end + 1);
            if (path.startsWith("note ")) {
                tree.note(path.substring(5), text.strip());
            } else {
                tree.write(path, text);
            }
        }
        return tree.write("/proc/1/comm", "systemd\n");
    }

    void note(String name, String text) throws IOException {
        byte[] value = (text + "\0").getBytes(StandardCharsets.UTF_16LE);
        byte[] content = new byte[value.length + 4];
        content[0] = 6;
        System.arraycopy(value, 0, content, 4, value.length);
        Path file = file("/sys/firmware/efi/efivars/" + name + LOADER);
        Files.createDirectories(file.resolve("..").normalize());
        Files.write(file, content);
    }

    BootTree write(String path, String text) throws IOException {
        Path file = file(path);
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, text);
        return this;
    }

    String text(String path) throws IOException {
        return Files.readString(file(path));
    }

    Path file(String path) {
        return root.resolve(path.substring(1));
    }

    Host host() {
        return HostReader.read(new MachineSource(root, Coverage.WHOLE, Commands.unavailable("nobody asks")));
    }

    LoaderPlan plan(ArgumentEdit edit) {
        Host host = host();
        Map<String, String> files = PlanFiles.read(root, host);
        return LoaderEdits.plan(host, files, edit);
    }

    /// Writes the edits, and what would be built to the end of each file that holds text.
    void apply(Edits plan) throws IOException {
        for (LoaderPlan.Edit edit : plan.edits()) {
            write(edit.path(), edit.after());
        }
        for (Change.Rebuild rebuild : plan.rebuilds()) {
            for (String output : rebuild.outputs()) {
                if (output.contains("/loader/entries/")) {
                    String before = text(output);
                    write(
                            output,
                            before.replaceFirst(" quiet\\b", "").stripTrailing() + " "
                                    + String.join(" ", rebuild.contains()) + "\n");
                } else if (output.endsWith("/limine.conf")) {
                    limine(output);
                } else if (!rebuild.contains().isEmpty() && Files.exists(file(output))) {
                    write(output, text(output) + "# " + String.join(" ", rebuild.contains()) + "\n");
                }
            }
        }
    }

    /// Writes a menu as limine-entry-tool does: its own entries get the arguments of its settings.
    void limine(String menu) throws IOException {
        String arguments = Pattern.compile("(?m)^KERNEL_CMDLINE\\[default]\\+?=\"(.*)\"$")
                .matcher(text("/etc/default/limine"))
                .results()
                .map(line -> line.group(1).strip())
                .collect(Collectors.joining(" "));
        write(menu, text(menu).replaceAll("(kernel-id=(?:.*\n)+?  cmdline: ).*", "$1" + arguments));
    }
}
