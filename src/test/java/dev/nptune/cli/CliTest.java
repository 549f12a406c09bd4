package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.Host;
import dev.nptune.host.HostSchema;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.LabPackages;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CliTest {
    @TempDir
    private Path temp;

    @Test
    void withoutArgumentsItShowsTheUsageOnStandardError() {
        CliRun run = CliRun.of();

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("Examples:").contains("Commands:").contains("rollback");
    }

    @Test
    void anOptionAloneIsNoCommand() {
        CliRun run = CliRun.of("--debug");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines()).containsExactly("nptune: Missing required subcommand", "  see: nptune --help");
    }

    @Test
    void aNearMissIsSuggested() {
        CliRun run = CliRun.of("docter", "win10");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: there is no command 'docter'", "  did you mean: doctor?", "  see: nptune --help");
        assertThat(CliRun.of("tnue").err()).contains("did you mean: tune?");
        assertThat(CliRun.of("install").errLines())
                .containsExactly("nptune: there is no command 'install'", "  see: nptune --help");
    }

    @Test
    void anUnknownOptionIsNamedAndItsCommandsHelp() {
        CliRun run = CliRun.of("scan", "--frobnicate");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines())
                .startsWith("nptune: Unknown option: '--frobnicate'")
                .endsWith("  see: nptune scan --help");
    }

    @Test
    void nothingMistypedReachesTheTerminalRaw() {
        assertThat(CliRun.of("scan", "--host", "\u001b[2J\u009b").err())
                .contains("'\\x1b[2J\\x9b'")
                .doesNotContain("\u001b");
        assertThat(CliRun.of("\u001b[2J").err()).doesNotContain("\u001b");
        assertThat(CliRun.of("apply", "\u001b[2J.json").err()).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan", "doctor", "plan", "tune"})
    void anUnknownHostIsWrongUse(String command) {
        CliRun run = CliRun.of(command, "--host", "nowhere");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: unknown host 'nowhere'",
                        "  next: use one of: --host local, --host lab, --host ssh://user@box, --host FILE.tar.gz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan", "doctor", "plan"})
    void theLabIsOverWhenACommandEnds(String command) {
        CliRun run = CliRun.of(command, "--host", "lab");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines()).hasSize(2).last().asString().startsWith("  next: use 'nptune tune --host lab'");
    }

    @Test
    void aSnapshotIsReadAsAnyMachine() throws IOException {
        String file = temp.resolve("host.tar.gz").toString();
        CliRun gather = CliRun.of("gather", "--output", file);
        CliRun scan = CliRun.of("scan", "--host", file);

        assertThat(gather.exit()).as(gather.err()).isZero();
        assertThat(gather.out()).isEmpty();
        assertThat(gather.errLines()).allSatisfy(line -> assertThat(line).startsWith("nptune gather: "));
        assertThat(scan.exit()).isZero();
        assertThat(scan.err()).isEmpty();
        assertThat(scan.out().lines().limit(4).toList())
                .isEqualTo(CliRun.of("scan").out().lines().limit(4).toList());
    }

    @Test
    void aVmFromItsXmlOnAMachineFromASnapshot() throws IOException {
        String file = temp.resolve("host.tar.gz").toString();
        CliRun.of("gather", "-o", file);
        Path xml = Files.writeString(temp.resolve("win10.xml"), """
                <domain type='kvm'><name>win10</name><memory>1048576</memory><vcpu>2</vcpu></domain>
                """);

        CliRun run = CliRun.of("doctor", xml.toString(), "--host", file, "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isIn(0, 1);
        assertThat(run.out()).contains("\"win10\"");
        assertThat(CliRun.of("plan", "other", "--host", file).errLines())
                .hasSize(2)
                .first()
                .isEqualTo("nptune: no VM 'other' is defined there");
        assertThat(CliRun.of("tune", "win10", "--host", file).err()).contains("changes this machine or the lab");
    }

    @Test
    void theScriptIsPrintedAsItIs() {
        CliRun run = CliRun.of("gather", "--script");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("#!/bin/sh\n").endsWith("main \"$@\"\n");
    }

    @Test
    void aHostThatLooksLikeAFileIsNotThere() {
        for (String file : new String[] {"missing.tar.gz", "./missing", "host.tgz", "host.tar"}) {
            assertThat(CliRun.of("scan", "--host", file).errLines())
                    .containsExactly(
                            "nptune: cannot read the snapshot '" + file + "': no such file",
                            "  next: make one with: nptune gather > host.tar.gz");
        }
        assertThat(CliRun.of("scan", "--host", "me@box").errLines())
                .endsWith("  next: over SSH it is: --host ssh://me@box");
        assertThat(CliRun.of("scan", "--host", "ssh://me@box/etc").exit()).isEqualTo(2);
    }

    @Test
    void theStackTraceIsForDebugging() {
        assertThat(CliRun.of("--debug", "scan", "--host", "nowhere").err()).contains("\tat dev.nptune.cli.");
        assertThat(CliRun.of("scan", "--host", "nowhere", "--debug").err())
                .startsWith("nptune: unknown host 'nowhere'\n  next: ")
                .contains("\tat dev.nptune.cli.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void tellsItsVersion(String option) {
        CliRun run = CliRun.of(option);

        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("nptune ").hasLineCount(1);
        assertThat(run.err()).isEmpty();
    }

    static Stream<List<String>> commands() {
        return Stream.concat(
                Stream.of(List.of()),
                new CommandLine(new Cli(System.out, System.err, Map.of()))
                        .getSubcommands().keySet().stream()
                                .filter(name -> !name.equals("help"))
                                .map(List::of));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpLeadsWithExamplesAndFits(List<String> command) {
        for (int columns : new int[] {80, 120}) {
            CliRun run = CliRun.with(
                    Map.of("COLUMNS", Integer.toString(columns)),
                    Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new));

            assertThat(run.exit()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out().lines())
                    .startsWith("Examples:")
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
            assertThat(run.out())
                    .contains(String.join(
                                    " ",
                                    Stream.concat(Stream.of("nptune"), command.stream())
                                            .toList()) + " ");
        }
    }

    @Test
    void theListOfCommandsSaysWhatEachIsFor() {
        assertThat(CliRun.of("--help").out().lines())
                .contains("  scan      Reads a machine and shows what matters for a VM.")
                .containsOnlyOnce("Examples:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1", "10", "40", "54", "9999", "99999999999", "-5", "wide"})
    void helpComesWhateverTheTerminalSaysItsWidthIs(String columns) {
        assertThat(CliRun.with(Map.of("COLUMNS", columns), "tune", "--help").exit())
                .isZero();
    }

    @Test
    void scanAsJsonIsAHost() {
        CliRun run = CliRun.of("scan", "--json");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        Host host = Json.read(run.out(), Host.class);
        assertThat(Json.read(Json.pretty(host), Host.class)).isEqualTo(host);
        assertThat(host.cpu().logical()).isNotEmpty();
    }

    @Test
    void scanPrintsTheSchemaOfItsJson() {
        CliRun run = CliRun.of("scan", "--schema");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo(HostSchema.text());
    }

    @Test
    void scanIsForPeople() {
        CliRun run = CliRun.of("scan");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().map(line -> line.split(" ", 2)[0]))
                .contains("processor", "clock", "memory", "IOMMU", "kernel", "boot", "QEMU");
        assertThat(run.out()).doesNotContain("Fact").doesNotContain("Optional");
    }

    @Test
    void aPlanThatIsNotThere() {
        CliRun run = CliRun.of("apply", "missing.json");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: cannot read the plan missing.json: no such file or folder",
                        "  next: make one with: nptune plan VM -o plan.json");
    }

    @Test
    void aPlanThatIsNone() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("folder"));
        Path binary = Files.write(temp.resolve("binary"), new byte[] {(byte) 0xff});
        Path other = Files.writeString(temp.resolve("other"), "{\"schemaVersion\": 1, \"surprise\": []}");
        Path cut = Files.writeString(temp.resolve("cut"), "{\"schemaVersion\":");

        for (Path each : List.of(folder, binary, other, cut)) {
            CliRun run = CliRun.of("apply", each.toString());

            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.errLines()).hasSize(2).first().asString().startsWith("nptune: cannot read the plan " + each);
        }
        assertThat(CliRun.of("apply", binary.toString()).err()).contains("it is no UTF-8 text");
    }

    @Test
    @Timeout(20)
    void aPlanThatHasNoEnd() throws Exception {
        Path pipe = temp.resolve("pipe");
        assertThat(Exec.run(Duration.ofSeconds(5), List.of("mkfifo", pipe.toString()))
                        .ok())
                .isTrue();
        for (Path each : List.of(Path.of("/dev/zero"), Path.of("/dev/null"), pipe)) {
            assertThat(CliRun.of("apply", each.toString()).errLines())
                    .containsExactly(
                            "nptune: cannot read the plan " + each + ": it is no regular file",
                            "  next: make one with: nptune plan VM -o plan.json");
        }
        Path large = temp.resolve("large");
        try (FileChannel hole = FileChannel.open(large, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            hole.write(ByteBuffer.wrap(new byte[1]), 3L << 30);
        }
        assertThat(CliRun.of("apply", large.toString()).err()).contains("larger than any plan");
    }

    @Test
    void aPlanOfALaterVersionIsRefused() throws IOException {
        Path later = Files.writeString(
                temp.resolve("later"), "{\"schemaVersion\":3,\"domain\":\"w\",\"changes\":[],\"notes\":[]}");
        assertThat(CliRun.of("apply", later.toString()).errLines())
                .first()
                .asString()
                .endsWith("it is of version 3, and this program knows versions up to 2");
    }

    @Test
    void aPlanThatCannotBeWrittenSaysWhy() {
        Plan plan = Plan.of("win10", List.of());
        Path output = temp.resolve("none/plan.json");
        UserException e = catchThrowableOfType(UserException.class, () -> PlanCommand.write(plan, output));

        assertThat(e.exit().code()).isEqualTo(3);
        assertThat(e).hasMessage("cannot write the plan to " + output + ": no such file or folder");
    }

    @Test
    void applyWantsToKnowWhat() {
        CliRun run = CliRun.of("apply");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines())
                .containsExactly("nptune: Missing required parameter: 'PLAN'", "  see: nptune apply --help");
    }

    @Test
    void aCacheThatCannotBeWrittenStopsTheLabBeforeItBegins() throws IOException {
        List<String> missing = LabPackages.missing(System.getenv("PATH"));
        assumeTrue(missing.isEmpty(), "not installed here: " + missing);
        Path file = Files.createFile(temp.resolve("file"));
        Map<String, String> environment = Map.of(
                "PATH",
                System.getenv("PATH"),
                "XDG_CACHE_HOME",
                file.resolve("cache").toString(),
                "XDG_STATE_HOME",
                temp.resolve("state").toString());

        CliRun run = CliRun.with(environment, "tune", "--host", "lab");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: cannot write to " + file + "/cache/nptune: Not a directory",
                        "  next: make it writable, or point XDG_CACHE_HOME at a folder that is");
        assertThat(temp.resolve("state")).doesNotExist();
    }

    @Test
    void aNumberThatIsNoneIsWrongUse() {
        CliRun run = CliRun.of("tune", "--host", "lab", "--lab-limit", "soon");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--lab-limit").contains("soon").doesNotContain("\tat ");
    }

    @Test
    void whatTheLabDoesNotDoIsNotAskedOfIt() {
        CliRun run = CliRun.of("tune", "--host", "lab", "win10", "--yes", "--start", "--virtio-disk");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: with --host lab, this means nothing: the VM's name, --yes, --start, --virtio-disk",
                        "  next: leave it out: the lab has a VM of its own, and changes nothing on this machine");
    }

    @Test
    void whatOnlyTheLabDoesIsNotAskedOfThisMachine() {
        CliRun run = CliRun.of("tune", "--install", "--lab-limit", "420", "--lab-kernel", "x.deb");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: without --host lab, this means nothing: --install, --lab-limit, --lab-kernel",
                        "  next: leave it out, or add --host lab");
    }
}
