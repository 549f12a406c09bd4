package dev.nptune.host.source;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A machine behind SSH: `ssh://[USER@]HOST[:PORT]`.
///
/// @param user the user there; empty where `~/.ssh/config` or the name of the user here decides
/// @param host a name, an alias from `~/.ssh/config`, or an address; an IPv6 address without its brackets
/// @param port 0 where `~/.ssh/config` decides, else 22
public record SshAddress(Optional<String> user, String host, int port) {
    public static final String SCHEME = "ssh://";

    private static final Pattern FORM = Pattern.compile("ssh://(?:([A-Za-z0-9_.][A-Za-z0-9_.@-]{0,63})@)?"
            + "(?:([A-Za-z0-9_][A-Za-z0-9_.-]{0,252})|\\[([0-9a-fA-F:.]{2,45}(?:%[A-Za-z0-9]{1,15})?)])"
            + "(?::([0-9]{1,5}))?/?");

    /// Parses what follows `--host`.
    ///
    /// @throws UserException if it is no such address
    public static SshAddress parse(String text) throws UserException {
        Matcher m = FORM.matcher(text);
        int port = m.matches() && m.group(4) != null ? Integer.parseInt(m.group(4)) : 0;
        if (!m.matches() || port > 65_535 || (m.group(4) != null && port == 0)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "not an address of a machine: '" + Printable.brief(text, 100) + "'",
                    "write it as ssh://user@box or ssh://user@box:2222, without a path or password");
        }
        return new SshAddress(Optional.ofNullable(m.group(1)), m.group(2) != null ? m.group(2) : m.group(3), port);
    }

    /// As a person would type it after `ssh`.
    @Override
    public String toString() {
        return user.map(u -> u + "@").orElse("") + host + (port == 0 ? "" : ", port " + port);
    }
}
