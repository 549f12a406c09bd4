package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.lint.LintFinding;
import dev.nptune.kernel.lint.PatchLint;
import dev.nptune.kernel.lint.PatchMender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune patch lint`: known mistakes in patches.
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch lint acs.patch",
            "  nptune patch lint acs.patch --fix -o mended.patch",
            "  nptune patch lint --json *.patch",
            ""
        },
        description = "Looks for known mistakes in patches, damage by web pages and mail programs among them. Ends with"
                + " 1 if there is a mistake.")
final class PatchLintCommand implements Callable<Integer> {
    private static final int MAX_PATCH = 16 << 20;

    @ParentCommand
    private @Nullable PatchCommand patch;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Patches.")
    private List<Path> files = List.of();

    @Option(names = "--fix", description = "Mend what can be mended without knowing what the patch is to do.")
    private boolean fix;

    @Option(names = "-o", paramLabel = "FILE", description = "Where the mended patch goes.")
    private @Nullable Path output;

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    /// The JSON form.
    record Document(int schemaVersion, List<FileDocument> files) {}

    /// A patch's JSON form.
    record FileDocument(String file, List<FindingDocument> findings) {}

    /// A finding's JSON form.
    ///
    /// @param mistake whether it is one; otherwise it is only worth knowing
    record FindingDocument(
            String id, int line, boolean mistake, String what, String why, String mend, boolean mendable) {
        static FindingDocument of(LintFinding f) {
            return new FindingDocument(
                    f.id().id(), f.line(), f.id().isMistake(), f.what(), f.why(), f.mend(), f.mendable());
        }
    }

    private record Checked(Path file, String text, List<LintFinding> findings) {}

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(patch).cli();
        if (fix != (output != null) || (fix && files.size() > 1)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    files.size() > 1 ? "--fix takes one patch at a time" : "--fix and -o go together",
                    "write: nptune patch lint FILE --fix -o MENDED");
        }
        List<Checked> all = new ArrayList<>();
        for (Path file : files) {
            String text = read(file);
            all.add(new Checked(file, text, PatchLint.check(text)));
        }
        if (json) {
            cli.out().println(Json.pretty(document(all)));
        } else {
            all.forEach(each -> cli.out().print(Printable.lines(text(each, cli.columns()))));
        }
        if (output != null) {
            mend(cli, all.getFirst(), output);
        }
        boolean mistakes = all.stream().flatMap(c -> c.findings().stream()).anyMatch(f -> f.id().isMistake());
        return (mistakes ? Exit.FINDINGS_LEFT : Exit.OK).code();
    }

    private static String read(Path file) throws UserException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_PATCH + 1);
            if (bytes.length > MAX_PATCH) {
                throw new IOException("it is larger than 16 MiB");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE, "cannot read the patch " + file + ": " + IoReason.of(e), "give a file", e);
        }
    }

    private static Document document(List<Checked> all) {
        return new Document(
                1,
                all.stream()
                        .map(c -> new FileDocument(
                                c.file().toString(),
                                c.findings().stream().map(FindingDocument::of).toList()))
                        .toList());
    }

    private static String text(Checked checked, int columns) {
        long mistakes =
                checked.findings().stream().filter(f -> f.id().isMistake()).count();
        StringBuilder out = new StringBuilder(
                checked.file() + ": " + (mistakes == 0 ? "no mistake known" : Plural.of(mistakes, "mistake")) + "\n");
        for (LintFinding each : checked.findings()) {
            String line = "  line " + each.line() + ", " + each.id().id() + ": " + people(each.what());
            out.append(FindingText.wrap(line, columns, "      "));
            out.append(FindingText.wrap("      why   " + each.why() + ".", columns, "            "));
            String does = each.mendable() ? " (--fix does)" : "";
            out.append(FindingText.wrap("      mend  " + each.mend() + does + ".", columns, "            "));
        }
        return out.toString();
    }

    /// Names in a patch are UTF-8, mostly.
    private static String people(String latin) {
        return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static void mend(Cli cli, Checked checked, Path output) throws UserException {
        String mended = PatchMender.mend(checked.text());
        try {
            Files.write(output, mended.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot write " + output + ": " + IoReason.of(e), "give another file with -o", e);
        }
        long left =
                PatchLint.check(mended).stream().filter(f -> f.id().isMistake()).count();
        cli.err()
                .println("written: " + Printable.line(output.toString())
                        + (left == 0 ? "" : "; " + Plural.of(left, "mistake") + " left in it"));
    }
}
