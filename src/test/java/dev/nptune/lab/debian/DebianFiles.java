package dev.nptune.lab.debian;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The files of a disk that no machine has, read by `debugfs` and, on the EFI system partition, by `mtype`. Paths are
/// absolute; those of the partition begin with `/boot/efi`.
public final class DebianFiles implements AutoCloseable {
    private static final String ESP = "/boot/efi";
    /// What e2fsck ends with when all is well, and when it has corrected something.
    private static final int CORRECTED = 1;

    private final DebianVariant variant;
    private final Path raw;

    private DebianFiles(DebianVariant variant, Path raw) {
        this.variant = variant;
        this.raw = raw;
    }

    static DebianFiles of(DebianVariant variant, Path raw) throws IOException {
        DebianFiles files = new DebianFiles(variant, raw);
        Exec.Result journal = Exec.run(DebianBuild.SHORT, List.of("e2fsck", "-y", "-E", "journal_only", files.root()));
        if (journal.exit() > CORRECTED) {
            throw new IOException("the journal of " + raw + " cannot be replayed: " + journal.complaint());
        }
        return files;
    }

    /// What e2fsck says of the root file system after its journal was replayed; empty if it is whole.
    public Optional<String> damage() throws IOException {
        Exec.Result check = Exec.run(DebianBuild.SHORT, List.of("e2fsck", "-f", "-n", root()));
        return check.ok() ? Optional.empty() : Optional.of(check.out() + check.err());
    }

    /// A file's content.
    ///
    /// @param path of a file, not of a link
    public Optional<String> read(String path) throws IOException {
        if (onEsp(path)) {
            Exec.Result typed = Exec.run(DebianBuild.SHORT, List.of("mtype", "-i", esp(), inEsp(path)));
            return typed.ok() ? Optional.of(typed.out()) : Optional.empty();
        }
        return dumped(path, Files::readString);
    }

    /// SHA-256 of a file of the root file system, in hex.
    ///
    /// @param path of a file, not of a link
    public Optional<String> digest(String path) throws IOException {
        return dumped(path, Sha256::of);
    }

    private interface Reader {
        String read(Path copy) throws IOException;
    }

    private Optional<String> dumped(String path, Reader reader) throws IOException {
        Path copy = raw.resolveSibling(raw.getFileName() + ".file");
        Files.deleteIfExists(copy);
        debugfs("dump \"" + path + "\" \"" + copy + "\"");
        if (!Files.exists(copy) || !exists(path)) {
            Files.deleteIfExists(copy);
            return Optional.empty();
        }
        String read = reader.read(copy);
        Files.delete(copy);
        return Optional.of(read);
    }

    /// Whether something of that name is there.
    public boolean exists(String path) throws IOException {
        return onEsp(path)
                ? Exec.run(DebianBuild.SHORT, List.of("mdir", "-b", "-i", esp(), inEsp(path)))
                        .ok()
                : debugfs("stat \"" + path + "\"").out().startsWith("Inode:");
    }

    /// The names in a folder, sorted; none if it is not there.
    public List<String> list(String folder) throws IOException {
        if (onEsp(folder)) {
            Exec.Result listed = Exec.run(DebianBuild.SHORT, List.of("mdir", "-b", "-i", esp(), inEsp(folder)));
            return listed.out()
                    .lines()
                    .map(line -> Path.of(line.substring(2)).getFileName().toString())
                    .sorted()
                    .toList();
        }
        // A line of `ls -p` is /inode/mode/uid/gid/name/size/.
        return debugfs("ls -p \"" + folder + "\"")
                .out()
                .lines()
                .map(line -> line.split("/"))
                .filter(fields -> fields.length > 5 && !fields[5].equals(".") && !fields[5].equals(".."))
                .map(fields -> fields[5])
                .sorted()
                .toList();
    }

    private Exec.Result debugfs(String request) throws IOException {
        return Exec.run(DebianBuild.SHORT, List.of("debugfs", "-R", request, root()));
    }

    private String root() {
        return raw.toString();
    }

    private boolean onEsp(String path) {
        return variant.uefi() && (path.equals(ESP) || path.startsWith(ESP + "/"));
    }

    private String esp() {
        return esp(raw).toString();
    }

    /// Where the copy of the EFI system partition is.
    static Path esp(Path raw) {
        return raw.resolveSibling(raw.getFileName() + ".esp");
    }

    private static String inEsp(String path) {
        return "::" + (path.equals(ESP) ? "/" : path.substring(ESP.length()));
    }

    /// Removes the copy.
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(raw);
        Files.deleteIfExists(esp(raw));
    }
}
