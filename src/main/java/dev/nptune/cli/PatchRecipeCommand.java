package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.recipe.EditedFile;
import dev.nptune.kernel.recipe.NewPatch;
import dev.nptune.kernel.recipe.Recipe;
import dev.nptune.kernel.recipe.RecipeEdit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune patch recipe`: a kernel package's recipe, edited so that it builds with patches.
@Command(
        name = "recipe",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch recipe npt.patch --for arch --in linux/",
            "  nptune patch recipe npt.patch --for arch --in linux/ --name linux-npt --write",
            "  nptune patch recipe npt.patch --for debian --in linux-6.1.90/",
            "  nptune patch recipe npt.patch --for fedora --in kernel.spec -o mine/",
            ""
        },
        description = "Edits a kernel package's recipe so that it builds with patches: shown as a diff, and written"
                + " only where you say so. Nothing of the recipe is run.")
final class PatchRecipeCommand implements Callable<Integer> {
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private static final int MAX_PATCH = 16 << 20;
    private static final DateTimeFormatter RFC_5322 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ROOT);

    @ParentCommand
    private @Nullable PatchCommand patch;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Patches, in the order in which they are applied.")
    private List<Path> patches = List.of();

    @Option(names = "--for", required = true, paramLabel = "KIND", description = "arch, debian or fedora.")
    private RecipeEdit.@Nullable Kind kind;

    @Option(
            names = "--in",
            paramLabel = "PATH",
            description = "The recipe or its folder; without it, the folder you are in.")
    private Path in = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "arch: what the package is called, so that it is installed beside the distribution's."
                    + " debian, fedora: what its version ends in, instead of npt.")
    private @Nullable String name;

    @Option(names = "-o", paramLabel = "DIR", description = "Write what has changed below another folder.")
    private @Nullable Path output;

    @Option(names = "--write", description = "Write what has changed into the recipe's folder.")
    private boolean write;

    @Option(names = "--diff", description = "Show the diff also where it is written.")
    private boolean diff;

    @Option(names = "--json", description = "Print what becomes of each file as JSON.")
    private boolean json;

    /// The JSON form.
    ///
    /// @param written whether it was written
    record Document(
            int schemaVersion,
            RecipeEdit.Kind kind,
            String folder,
            boolean written,
            List<FileDocument> files,
            List<String> notes,
            List<String> next) {}

    /// A file's JSON form.
    ///
    /// @param state `new`, `changed` or `same`
    /// @param diff in unified format; empty if it is the same
    record FileDocument(String path, String state, String diff) {}

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(patch).cli();
        if (write && output != null) {
            throw new UserException(
                    Exit.WRONG_USE, "--write and -o are two places to write to", "leave one of them out");
        }
        RecipeEdit edit = Recipe.edit(Objects.requireNonNull(kind), in, read(), settings(cli.environment()));
        boolean writes = write || output != null;
        if (writes) {
            put(edit, output == null ? edit.folder() : output);
        }
        if (json) {
            cli.out().println(Json.pretty(document(edit, writes)));
        } else {
            tell(cli, edit, writes);
        }
        return Exit.OK.code();
    }

    private List<NewPatch> read() throws UserException {
        List<NewPatch> all = new ArrayList<>();
        for (Path file : patches) {
            String each = String.valueOf(file.getFileName());
            if (all.stream().anyMatch(p -> p.name().equals(each))) {
                throw new UserException(
                        Exit.WRONG_USE, "two patches are called " + Printable.line(each), "rename one of them");
            }
            try (InputStream stream = Files.newInputStream(file)) {
                byte[] bytes = stream.readNBytes(MAX_PATCH + 1);
                if (bytes.length > MAX_PATCH) {
                    throw new IOException("it is larger than 16 MiB");
                }
                all.add(NewPatch.of(each, bytes));
            } catch (IOException e) {
                throw new UserException(
                        Exit.WRONG_USE, "cannot read the patch " + file + ": " + IoReason.of(e), "give a file", e);
            } catch (IllegalArgumentException e) {
                throw new UserException(
                        Exit.WRONG_USE,
                        "the patch cannot be called " + Printable.brief(each, 80) + ": " + e.getMessage(),
                        "rename it",
                        e);
            }
        }
        return all;
    }

    private Recipe.Settings settings(Map<String, String> environment) {
        String user = environment.getOrDefault("USER", "root");
        String person = environment.getOrDefault("DEBFULLNAME", environment.getOrDefault("NAME", user));
        String mail = environment.getOrDefault("DEBEMAIL", environment.getOrDefault("EMAIL", user + "@localhost"));
        return new Recipe.Settings(
                Optional.ofNullable(name),
                Printable.line(mail.contains("<") ? mail : person + " <" + mail + ">"),
                RFC_5322.format(ZonedDateTime.now(java.time.ZoneId.systemDefault())));
    }

    /// The recipe comes last, so that it names no patch that is not there.
    private static void put(RecipeEdit edit, Path folder) throws UserException {
        for (EditedFile each : edit.changed().reversed()) {
            Path file = folder.resolve(each.path());
            try {
                Path parent = Objects.requireNonNull(file.toAbsolutePath().getParent());
                Files.createDirectories(parent);
                if (!parent.toRealPath().startsWith(folder.toRealPath())) {
                    throw new IOException("a link leads out of the recipe's folder");
                }
                Path fresh = Files.createTempFile(parent, ".nptune", ".new");
                Files.write(fresh, each.bytes());
                Files.setPosixFilePermissions(
                        fresh, Files.exists(file) ? Files.getPosixFilePermissions(file) : READABLE);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UserException(
                        Exit.CANNOT,
                        "cannot write " + file + ": " + IoReason.of(e),
                        "give a folder you may write to with -o",
                        e);
            }
        }
    }

    private static Document document(RecipeEdit edit, boolean written) {
        List<FileDocument> files = edit.files().stream()
                .map(f -> new FileDocument(f.path(), state(f), f.diff()))
                .toList();
        return new Document(1, edit.kind(), edit.folder().toString(), written, files, edit.notes(), edit.next());
    }

    private static String state(EditedFile file) {
        return !file.changes() ? "same" : file.before() == null ? "new" : "changed";
    }

    private void tell(Cli cli, RecipeEdit edit, boolean written) {
        if (edit.changed().isEmpty()) {
            cli.err().println("the recipe builds with it already: nothing to change");
            return;
        }
        if (!written || diff) {
            edit.changed().forEach(f -> cli.out().print(Printable.lines(f.diff())));
        }
        if (written) {
            Path folder = output == null ? edit.folder() : output;
            edit.changed()
                    .forEach(f -> cli.err()
                            .println((f.before() == null || output != null ? "written: " : "changed: ")
                                    + Printable.line(folder.resolve(f.path()).toString())));
        }
        edit.notes().forEach(n -> cli.err().print(FindingText.wrap("note: " + n, cli.columns(), "      ")));
        if (written) {
            edit.next().forEach(n -> cli.err().println("next: " + n));
        } else {
            cli.err().println("next: write it with --write, or elsewhere with -o DIR");
        }
    }
}
