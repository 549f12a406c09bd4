package dev.nptune.cli;

import dev.nptune.apply.ApplyResult;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int MAX_PLAN = 64 << 20;

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
        machine.requireRoot("apply", "it changes the system");
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            ApplyResult result = LocalTune.carryOut(machine.applier(), plan, progress);
            if (json) {
                cli.out().println(Json.pretty(ApplyOutcome.document(result)));
            }
            String journal = ApplyOutcome.journalOrFailure(result);
            if (!json) {
                cli.out().println("applied; take it back with: nptune rollback " + journal);
            }
        }
        return 0;
    }

    private Plan read() throws UserException {
        String reason;
        Exception cause;
        try {
            Plan plan = Json.read(text(), Plan.class);
            if (plan.schemaVersion() > Plan.SCHEMA_VERSION) {
                throw new IOException("it is of version " + plan.schemaVersion()
                        + ", and this program knows versions up to " + Plan.SCHEMA_VERSION);
            }
            return plan;
        } catch (IOException e) {
            reason = IoReason.of(e);
            cause = e;
        } catch (IllegalArgumentException e) {
            reason = String.valueOf(e.getMessage());
            cause = e;
        }
        throw new UserException(
                Exit.WRONG_USE,
                "cannot read the plan " + file + ": " + reason,
                "make one with: nptune plan VM -o plan.json",
                cause);
    }

    private String text() throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_PLAN + 1);
            if (bytes.length > MAX_PLAN) {
                throw new IOException("it is larger than any plan");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }
}
