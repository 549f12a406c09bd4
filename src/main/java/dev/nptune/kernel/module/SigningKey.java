package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A key to sign modules with and its certificate, which the firmware must know (a machine owner's key).
///
/// @param key the private key, PEM
/// @param certificate the certificate, DER or PEM
public record SigningKey(Path key, Path certificate) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// The key that DKMS made for this machine, if there is one.
    public static Optional<SigningKey> ofDkms(Path root) {
        Path key = root.resolve("var/lib/dkms/mok.key");
        Path certificate = root.resolve("var/lib/dkms/mok.pub");
        return Files.isRegularFile(key) && Files.isRegularFile(certificate)
                ? Optional.of(new SigningKey(key, certificate))
                : Optional.empty();
    }

    /// Signs a module in place, with the kernel's own `sign-file`.
    ///
    /// @param headers a kernel's headers, which have it
    /// @throws UserException if it cannot be done
    void sign(Path module, Path headers) throws IOException, UserException {
        Path program = Stream.of("scripts/sign-file", "certs/sign-file")
                .map(headers::resolve)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new UserException(
                        Exit.CANNOT,
                        "cannot sign " + module.getFileName() + ": there is no sign-file in " + headers + "/scripts",
                        "install the kernel's headers (" + BuildTools.headersPackage() + ")"));
        Exec.Result result = Exec.run(
                LIMIT,
                List.of(
                        program.toString(),
                        "sha256",
                        key.toAbsolutePath().toString(),
                        certificate.toAbsolutePath().toString(),
                        module.toString()));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot sign " + module.getFileName() + ": " + result.complaint(),
                    "give a private key in PEM and its certificate with --key and --cert");
        }
    }

    /// Whether the firmware knows the certificate; empty if it cannot be asked.
    Optional<Boolean> isEnrolled(@Nullable String path) throws IOException {
        Optional<Path> mokutil = Programs.find("mokutil", path);
        if (mokutil.isEmpty()) {
            return Optional.empty();
        }
        String says = Exec.run(LIMIT, List.of(mokutil.get().toString(), "--test-key", certificate.toString()))
                .out();
        return says.contains("is already enrolled")
                ? Optional.of(true)
                : says.contains("is not enrolled") ? Optional.of(false) : Optional.empty();
    }

    /// How to make the firmware know it.
    String enrol() {
        return "mokutil --import " + certificate + ", then reboot and confirm in the firmware's blue screen";
    }
}
