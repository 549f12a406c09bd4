package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The signature at the end of a module's file, taken apart without anything of the program: the bytes that are
/// signed, a PKCS #7 message, a `struct module_signature` of twelve bytes that ends with the message's length, and a
/// line (include/linux/module_signature.h).
final class AppendedSignature {
    private static final byte[] LINE = "~Module signature appended~\n".getBytes(StandardCharsets.US_ASCII);
    private static final int STRUCT = 12;
    private static final int PKCS7 = 2;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final byte[] content;
    private final byte[] message;

    /// @param content what is signed
    /// @param message the PKCS #7 message, DER
    AppendedSignature(byte[] content, byte[] message) {
        this.content = content;
        this.message = message;
    }

    byte[] content() {
        return content;
    }

    byte[] message() {
        return message;
    }

    static AppendedSignature of(byte[] file) {
        int end = file.length - LINE.length;
        assertThat(Arrays.copyOfRange(file, end, file.length)).isEqualTo(LINE);
        ByteBuffer struct = ByteBuffer.wrap(file, end - STRUCT, STRUCT).slice();
        assertThat(struct.get(2)).isEqualTo((byte) PKCS7);
        int length = struct.getInt(8);
        int at = end - STRUCT - length;
        return new AppendedSignature(Arrays.copyOf(file, at), Arrays.copyOfRange(file, at, at + length));
    }

    static boolean isIn(byte[] file) {
        return file.length > LINE.length
                && Arrays.equals(Arrays.copyOfRange(file, file.length - LINE.length, file.length), LINE);
    }

    /// Whether OpenSSL finds the content signed by this certificate's key.
    Exec.Result verify(Path certificate) throws IOException {
        Path folder = Files.createTempDirectory(certificate.resolveSibling("."), "verify");
        Path signed = Files.write(folder.resolve("content"), content);
        Path signature = Files.write(folder.resolve("message"), message);
        return openssl(
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                signature.toString(),
                "-content",
                signed.toString(),
                "-certfile",
                certificate.toString(),
                "-CAfile",
                certificate.toString(),
                "-purpose",
                "any",
                "-out",
                folder.resolve("out").toString());
    }

    /// Makes a key and its certificate, both PEM.
    static SigningKey key(Path folder, String name) throws IOException {
        SigningKey made = new SigningKey(folder.resolve(name + ".key"), folder.resolve(name + ".pem"));
        Exec.Result result = openssl(
                "req",
                "-new",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-noenc",
                "-days",
                "2",
                "-subj",
                "/CN=" + name + "/",
                "-keyout",
                made.key().toString(),
                "-out",
                made.certificate().toString());
        assertThat(result.ok()).as(result.err()).isTrue();
        return made;
    }

    static Exec.Result openssl(String... arguments) throws IOException {
        return Exec.run(
                LIMIT, Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toList());
    }

    /// What modinfo says of who signed a file.
    static String signer(Path module) throws IOException {
        return Exec.run(LIMIT, List.of("/sbin/modinfo", "-F", "signer", module.toString()))
                .out()
                .strip();
    }
}
