package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the versions of the virtualization programs in their own answers.
final class ToolsReader {
    private static final Pattern QEMU = Pattern.compile("(?m)^QEMU emulator version (\\d[\\w.+~-]{0,40})");
    private static final Pattern DAEMON = Pattern.compile("(?m)^Running against daemon: (\\d[\\w.+~-]{0,40})");
    private static final Pattern LIBVIRTD = Pattern.compile("(?m)^\\S{1,60} \\(libvirt\\) (\\d[\\w.+~-]{0,40})");

    private ToolsReader() {}

    static Tools read(Commands commands) {
        return new Tools(qemu(commands), libvirt(commands));
    }

    private static Fact<String> qemu(Commands commands) {
        return version(commands, Command.QEMU_VERSION, QEMU);
    }

    /// The libvirt daemon is asked through `virsh`; where that fails, its own `--version` counts.
    private static Fact<String> libvirt(Commands commands) {
        Fact<String> first = version(commands, Command.LIBVIRT_VERSION, DAEMON);
        if (first instanceof Fact.Known<String>) {
            return first;
        }
        for (Command daemon : new Command[] {Command.LIBVIRTD_VERSION, Command.VIRTQEMUD_VERSION}) {
            Fact<String> version = version(commands, daemon, LIBVIRTD);
            if (version instanceof Fact.Known<String>) {
                return version;
            }
        }
        return first;
    }

    private static Fact<String> version(Commands commands, Command command, Pattern pattern) {
        return commands.output(command).map(output -> find(pattern, output));
    }

    private static String find(Pattern pattern, String output) {
        Matcher m = pattern.matcher(output);
        if (!m.find()) {
            throw new IllegalArgumentException(
                    "no version in the answer: '" + Values.brief(Printable.line(output.strip())) + "'");
        }
        return m.group(1);
    }
}
