package dev.nptune.host;

/// Asks a machine's programs what no file tells.
@FunctionalInterface
public interface Commands {
    /// What the program wrote on standard output, everything invisible but line feeds and tabs escaped.
    ///
    /// Absent if the program is not installed, unreadable if it failed or cannot be asked.
    Fact<String> output(Command command);

    /// The same answers, those that every scan needs perhaps being asked for already, in the background.
    default Commands ahead() {
        return this;
    }

    /// For a machine whose programs cannot be asked.
    static Commands unavailable(String reason) {
        return command -> Fact.unreadable(command.line(), reason);
    }
}
