package dev.nptune.host.source;

import dev.nptune.host.Coverage;
import dev.nptune.host.MachineSource;
import dev.nptune.host.RecordedCommands;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A machine that somebody packed into an archive: by `nptune gather`, or by another program that copies `/sys` and
/// `/proc` (hwloc's and ghw's snapshots, a plain `tar`).
public final class Snapshot {
    /// Where the gather script keeps what is no file of the machine.
    static final String OWN = "nptune-gather";

    private Snapshot() {}

    /// Reads an archive into memory.
    ///
    /// Bounds: 64 MiB packed, 192 MiB unpacked, 200 000 entries, 16 MiB for one file, 48 directories deep.
    ///
    /// @throws UserException if there is none, if it is damaged, over a bound or hostile, or if no machine is in it
    public static MachineSource read(Path archive) throws UserException {
        String name = "'" + Printable.line(archive.toString()) + "'";
        if (!Files.isRegularFile(archive)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read the snapshot " + name + ": "
                            + (Files.exists(archive) ? "it is no regular file" : "no such file"),
                    "make one with: nptune gather > host.tar.gz");
        }
        try (InputStream in = Files.newInputStream(archive)) {
            return read(in, Bounds.USUAL);
        } catch (IOException e) {
            throw cannotRead("the snapshot " + name, e);
        }
    }

    static UserException cannotRead(String what, IOException e) {
        String why = Printable.brief(Objects.requireNonNullElse(e.getMessage(), "input error"), 200);
        return e instanceof RefusedException
                ? new UserException(
                        Exit.CANNOT,
                        "cannot read " + what + ": " + why,
                        "ask for one made by 'nptune gather', or make it anew",
                        e)
                : new UserException(
                        Exit.CANNOT,
                        "cannot read " + what + ": it is damaged or cut short (" + why + ")",
                        "copy or download it again, or make it anew with: nptune gather > host.tar.gz",
                        e);
    }

    /// Reads an archive as it comes in.
    ///
    /// @throws RefusedException if it is over a bound, hostile or without a machine
    /// @throws IOException if it is damaged
    static MachineSource read(InputStream archive, Bounds bounds) throws IOException {
        Path root = machineRoot(TarReader.read(archive, bounds));
        return new MachineSource(root, coverage(root), RecordedCommands.in(root));
    }

    /// The top, or the one folder there in which the files of a machine lie.
    private static Path machineRoot(Path top) throws IOException {
        if (holdsMachine(top)) {
            return top;
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(top)) {
            for (Path entry : entries) {
                if (holdsMachine(entry)) {
                    found.add(entry);
                }
            }
        }
        return switch (found.size()) {
            case 0 ->
                throw new RefusedException("there is neither 'sys' nor 'proc' in it, at the top or one folder below");
            case 1 -> found.getFirst();
            default -> throw new RefusedException("it holds " + found.size() + " machines");
        };
    }

    private static boolean holdsMachine(Path directory) {
        return Files.isDirectory(directory.resolve("sys"), LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(directory.resolve("proc"), LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(directory.resolve(OWN), LinkOption.NOFOLLOW_LINKS);
    }

    private static Coverage coverage(Path root) throws IOException {
        Path manifest = root.resolve(OWN).resolve("manifest");
        return Files.isRegularFile(manifest, LinkOption.NOFOLLOW_LINKS)
                ? ManifestCoverage.parse(root, Files.readString(manifest))
                : Coverage.UNSTATED;
    }
}
