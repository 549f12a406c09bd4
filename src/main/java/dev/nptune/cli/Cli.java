package dev.nptune.cli;

import dev.nptune.internal.ffm.Terminals;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.Console;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line, as a value that runs in-process: give it streams and an environment, get an exit code.
@Command(
        name = "nptune",
        mixinStandardHelpOptions = true,
        versionProvider = Cli.Version.class,
        description = "Takes a Linux PC to a gaming VM that runs near bare metal, and measures it.",
        synopsisSubcommandLabel = "COMMAND",
        customSynopsis = "nptune COMMAND [OPTIONS]",
        header = {
            "Examples:",
            "  nptune tune --host lab         try the whole way on an emulated machine",
            "  nptune doctor win10            what is wrong with a VM on this machine",
            "  nptune tune win10              diagnose, show the plan, ask, apply",
            "  nptune rollback                take the last run back",
            ""
        },
        subcommands = {
            TuneCommand.class,
            ScanCommand.class,
            TopologyCommand.class,
            GatherCommand.class,
            ProbeCommand.class,
            DoctorCommand.class,
            ExplainCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            RollbackCommand.class,
            HistoryCommand.class,
            InspectCommand.class,
            RecordCommand.class,
            WatchCommand.class,
            PatchCommand.class,
            BenchCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Cli {
    /// Columns of a terminal that does not say.
    private static final int DEFAULT_COLUMNS = 80;
    /// Lines of a terminal that does not say.
    private static final int DEFAULT_ROWS = 24;
    /// The narrowest terminal that is written for.
    private static final int LEAST_COLUMNS = 40;
    /// The narrowest help that picocli writes.
    private static final int LEAST_HELP_COLUMNS = 55;

    /// File descriptors.
    private static final int OUT = 1;

    private static final int ERR = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    /// @param out where results go
    /// @param err where progress and errors go
    /// @param environment the environment variables
    public Cli(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = Map.copyOf(environment);
    }

    /// Runs a command.
    ///
    /// @return the exit code, as [Exit] lists them
    public int run(String... args) {
        CommandLine line = new CommandLine(this)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(Math.max(LEAST_HELP_COLUMNS, columns()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(_ -> Exit.CANNOT.code())
                .setParameterExceptionHandler((e, _) -> wrongUse(e))
                .setExecutionExceptionHandler((e, _, _) -> failed(e));
        line.getSubcommands().values().forEach(Cli::examplesAsHeading);
        if (environment.containsKey("NO_COLOR") || "dumb".equals(environment.get("TERM"))) {
            line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        }
        if (args.length == 0) {
            line.usage(err);
            return Exit.WRONG_USE.code();
        }
        return line.execute(args);
    }

    /// Examples lead a command's own help. Left in the header, they would stand for the command in the list of all.
    private static void examplesAsHeading(CommandLine command) {
        command.getSubcommands().values().forEach(Cli::examplesAsHeading);
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        if (usage.header().length > 0 && usage.header()[0].equals("Examples:")) {
            usage.headerHeading(String.join("%n", usage.header()) + "%n").header(new String[0]);
        }
    }

    private int wrongUse(ParameterException e) {
        String message = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
        List<String> similar = List.of();
        if (e instanceof UnmatchedArgumentException unmatched) {
            similar = unmatched.getSuggestions();
            String word = unmatched.getUnmatched().getFirst();
            CommandLine command = e.getCommandLine();
            if (command.getParent() == null && !word.startsWith("-")) {
                message = "there is no command '" + word + "'";
                similar = NearMiss.of(word, command.getSubcommands().keySet());
            }
        }
        err.println("nptune: " + Printable.lines(message));
        if (!similar.isEmpty()) {
            err.println("  did you mean: " + String.join(", ", similar) + "?");
        }
        err.println("  see: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return Exit.WRONG_USE.code();
    }

    private int failed(Exception e) {
        switch (e) {
            case UserException user -> {
                err.println("nptune: " + Printable.lines(String.valueOf(user.getMessage())));
                err.println("  next: " + Printable.lines(user.nextStep()));
            }
            default -> {
                err.println("nptune: " + Printable.lines(describe(e)));
                err.println("  next: run it again with --debug and report what it prints");
            }
        }
        if (debug) {
            e.printStackTrace(err);
        }
        return (e instanceof UserException user ? user.exit() : Exit.CANNOT).code();
    }

    private static String describe(Exception e) {
        if (e instanceof IOException io) {
            return IoReason.withFile(io);
        }
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    Map<String, String> environment() {
        return environment;
    }

    /// The terminal a person sits at, if there is one that can move its cursor.
    Optional<Console> terminal() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .filter(_ -> !"dumb".equals(environment.get("TERM")));
    }

    /// Whether a person started the program, even if what it prints goes elsewhere: there is a controlling terminal.
    static boolean interactive() {
        try (var _ = new FileInputStream("/dev/tty")) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Whether standard error is a terminal whose lines can be drawn over.
    boolean drawsOnErrors() {
        return !"dumb".equals(environment.get("TERM")) && isTerminal(ERR);
    }

    /// Whether standard output is a terminal, where nothing binary belongs.
    boolean resultsGoToTerminal() {
        return isTerminal(OUT);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.matches("/dev/(pts/|tty|console).*");
        } catch (IOException _) {
            return false;
        }
    }

    /// The home folder: `HOME` as every other program takes it, else what the user database says.
    static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.startsWith("/") ? home : System.getProperty("user.home"));
    }

    /// Whether the locale can show more than ASCII.
    boolean unicode() {
        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String locale = environment.getOrDefault(variable, "");
            if (!locale.isEmpty()) {
                return locale.toUpperCase(Locale.ROOT).replace("-", "").endsWith("UTF8");
            }
        }
        return false;
    }

    /// Width of what standard output goes to: what `COLUMNS` says, else the terminal, else 80.
    int columns() {
        return columns(OUT);
    }

    /// How large the terminal is that standard output goes to, now: by `COLUMNS` and `LINES` where they say it.
    Terminals.Size size() {
        Optional<Terminals.Size> asked = resultsGoToTerminal() ? Terminals.size(OUT) : Optional.empty();
        String lines = environment.getOrDefault("LINES", "");
        int rows = lines.matches("[1-9][0-9]{0,3}")
                ? Integer.parseInt(lines)
                : asked.map(Terminals.Size::rows).filter(r -> r > 0).orElse(DEFAULT_ROWS);
        return new Terminals.Size(rows, columns());
    }

    /// Whether a whole screen can be drawn on standard output.
    boolean drawsOnResults() {
        return !"dumb".equals(environment.get("TERM")) && resultsGoToTerminal();
    }

    /// Whether what is drawn may be coloured.
    boolean colours() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /// Shows progress on standard error, in its width and its characters.
    ConsoleProgress progress() {
        return new ConsoleProgress(err, drawsOnErrors(), columns(ERR), unicode());
    }

    private int columns(int descriptor) {
        String columns = environment.getOrDefault("COLUMNS", "");
        if (columns.matches("[1-9][0-9]{1,3}")) {
            return Math.max(LEAST_COLUMNS, Integer.parseInt(columns));
        }
        OptionalInt asked = isTerminal(descriptor) ? Terminals.columns(descriptor) : OptionalInt.empty();
        return Math.max(LEAST_COLUMNS, asked.orElse(DEFAULT_COLUMNS));
    }

    /// Tells the version from the jar or, when run from classes, says so.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cli.class.getPackage().getImplementationVersion();
            return new String[] {"nptune " + (version == null ? "(built from source)" : version)};
        }
    }
}
