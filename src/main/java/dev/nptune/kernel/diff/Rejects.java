package dev.nptune.kernel.diff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The hunks of a series that found no place, as patches.
public final class Rejects {
    private Rejects() {}

    /// Writes them into a folder, which is made if need be. A file's hunks stand in one whose name is the file's with
    /// `_` for every `/` and `.rej` at the end; one that is there is replaced.
    ///
    /// @return the files written
    public static List<Path> write(Series series, Path folder) throws IOException {
        Map<String, StringBuilder> texts = new LinkedHashMap<>();
        for (PatchResult patch : series.results()) {
            for (FileResult file : patch.files()) {
                List<Hunk> failed = file.failedHunks();
                if (!failed.isEmpty()) {
                    FileDiff diff = file.diff();
                    FileDiff rest = new FileDiff(
                            diff.action(), diff.oldName(), diff.newName(), diff.oldMode(), diff.newMode(), failed);
                    texts.computeIfAbsent(file.shownName().replaceAll("[/\\x00]", "_"), _ -> new StringBuilder())
                            .append(PatchWriter.write(rest));
                }
            }
        }
        Files.createDirectories(folder);
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, StringBuilder> text : texts.entrySet()) {
            Path file = folder.resolve(text.getKey() + ".rej");
            Files.writeString(file, text.getValue(), StandardCharsets.ISO_8859_1);
            written.add(file);
        }
        return written;
    }
}
