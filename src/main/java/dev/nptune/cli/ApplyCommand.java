package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune apply`: carries out a plan made earlier.
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  sudo nptune apply plan.json", ""},
        description = "Carries out a plan that 'nptune plan -o' wrote; all of it or nothing.")
final class ApplyCommand implements Callable<Integer> {
    private static final long MAX_PLAN = 64 << 20;

    @ParentCommand
    private @Nullable Cli cli;

    @Parameters(index = "0", paramLabel = "PLAN", description = "The plan's file.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print how it ended as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        Plan plan = read();
        LocalMachine machine = LocalMachine.of(cli.environment());
        machine.requireRoot("apply");
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            String journal = LocalTune.apply(machine.applier(), plan, progress);
            cli.out()
                    .println(
                            json
                                    ? Json.pretty(Map.of("journal", journal))
                                    : "applied; take it back with: nptune rollback " + journal);
        }
        return 0;
    }

    private Plan read() throws UserException {
        try {
            if (Files.size(file) > MAX_PLAN) {
                throw new IllegalArgumentException("larger than any plan");
            }
            return Json.read(Files.readString(file), Plan.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read the plan " + file + ": " + reason(e),
                    "make one with: nptune plan VM -o plan.json",
                    e);
        }
    }

    private static String reason(Exception e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "it is no UTF-8 text";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
