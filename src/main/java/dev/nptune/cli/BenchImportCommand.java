package dev.nptune.cli;

import dev.nptune.bench.metric.Judged;
import dev.nptune.cli.CaptureDocument.ImportedFile;
import dev.nptune.cli.CaptureFiles.Chosen;
import dev.nptune.internal.text.UserException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune bench import`: what is in a capture, and what it is good for.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench import capture.csv                      what is in it",
            "  nptune bench import run1.json run2.json              of several files",
            "  nptune bench import trace.csv --process Game.exe     of one program in it",
            ""
        },
        description = "Reads captures by PresentMon, CapFrameX, OCAT, FrameView, MangoHud, FRAPS and Afterburner, and"
                + " lists of frame times. Says what is in them and what they are good for. What a file is, is seen"
                + " from its content.")
final class BenchImportCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable BenchCommand parent;

    @Mixin
    private CaptureFiles files = new CaptureFiles();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        CaptureFiles.Read read = files.read(cli);
        if (json) {
            cli.out()
                    .print(CaptureDocument.json(new CaptureDocument.Import(
                            CaptureDocument.SCHEMA_VERSION,
                            read.chosen().stream()
                                    .map(BenchImportCommand::document)
                                    .toList())));
            return read.exit().code();
        }
        String between = "";
        for (Chosen chosen : read.chosen()) {
            cli.out().print(between + CaptureText.file(chosen, cli.columns(), cli.unicode()));
            between = "\n";
        }
        return read.exit().code();
    }

    private static ImportedFile document(Chosen chosen) {
        return new ImportedFile(
                chosen.file().source(),
                CaptureDocument.stream(chosen.capture()),
                Judged.of(chosen.capture()).caveats(),
                chosen.file().captures().stream().map(CaptureDocument::stream).toList());
    }
}
