package dev.nptune.kernel.module;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.diff.FileResult;
import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.PatchFile;
import dev.nptune.kernel.diff.PatchReader;
import dev.nptune.kernel.diff.PatchWriter;
import dev.nptune.kernel.diff.Rescue;
import dev.nptune.kernel.diff.Series;
import dev.nptune.kernel.diff.SourceTree;
import dev.nptune.kernel.diff.TreeWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A patch file, applied to a kernel's source. Its hunks may have moved, but their context must be there as it is
/// written:
/// nobody looks at the result before it runs.
///
/// @param name its file's name
/// @param text what stands in it, ISO 8859-1
/// @param patches what it holds
public record PatchEdit(String name, String text, PatchFile patches) implements SourceEdit {
    private static final Series.Options EXACT = new Series.Options(OptionalInt.of(1), 0, false, true, Rescue.NONE);

    /// Reads one.
    ///
    /// @throws UserException if it is no patch
    public static PatchEdit read(Path file) throws IOException, UserException {
        String name = String.valueOf(file.getFileName());
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(PatchReader.MAX_SIZE), StandardCharsets.ISO_8859_1);
            return new PatchEdit(name, text, PatchReader.parse(name, text));
        }
    }

    @Override
    public String digest() {
        return Sha256.of(content());
    }

    /// The diffs alone, as they were understood: another program that reads a message may find more in it.
    @Override
    public byte[] content() {
        return patches.patches().stream()
                .flatMap(patch -> patch.files().stream())
                .map(PatchWriter::write)
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Names without their first folder, as kernel patches have them.
    @Override
    public List<String> files() {
        return patches.patches().stream()
                .flatMap(patch -> patch.files().stream())
                .flatMap(file -> Stream.of(file.oldName(), file.newName()).flatMap(Stream::ofNullable))
                .map(name -> name.substring(name.indexOf('/') + 1))
                .distinct()
                .toList();
    }

    @Override
    public void apply(Path tree) throws UserException {
        Series series = Series.of(SourceTree.of(tree), List.of(patches), EXACT);
        if (!series.applies()) {
            throw new UserException(
                    Exit.CANNOT,
                    name + " does not apply to this kernel: " + why(series),
                    "see what stands in its way: nptune patch check " + name + " --tree SOURCE");
        }
        if (series.results().stream().allMatch(r -> r.verdict() == FileResult.Verdict.ALREADY_IN)) {
            throw new UserException(
                    Exit.CANNOT, name + " is in this kernel's source already", "nothing is to be built for it");
        }
        TreeWriter.write(series);
    }

    private static String why(Series series) {
        for (FileResult file :
                series.results().stream().flatMap(r -> r.files().stream()).toList()) {
            if (file.verdict() == FileResult.Verdict.FAILS) {
                List<Hunk> failed = file.failedHunks();
                return file.name() + ": "
                        + (file.words().isEmpty() && !failed.isEmpty()
                                ? "the hunk for line " + failed.getFirst().oldStart() + " finds no place"
                                : file.words());
            }
        }
        return "its result is no whole";
    }
}
