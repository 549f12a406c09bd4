package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// `--host`: which machine a command is about.
final class HostOption {
    /// The machines that can be named.
    enum Place {
        /// The machine the program runs on.
        LOCAL,
        /// The emulated one.
        LAB
    }

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "local",
            description = "Which machine: local (this one, the default) or lab (an emulated AMD machine).")
    private String host = "local";

    /// The machine meant.
    ///
    /// @throws UserException if there is no such machine
    Place place() throws UserException {
        Optional<Place> place = Arrays.stream(Place.values())
                .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(host))
                .findFirst();
        return place.orElseThrow(() -> new UserException(
                Exit.WRONG_USE,
                "unknown host '" + Printable.lines(host) + "'",
                "use one of: "
                        + Arrays.stream(Place.values())
                                .map(p -> "--host " + p.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    /// For the commands that work on this machine only.
    void requireLocal(String command) throws UserException {
        if (place() != Place.LOCAL) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "'nptune " + command + "' works on this machine only; the lab is gone when a command ends",
                    "use 'nptune tune --host lab', which does every step there");
        }
    }
}
