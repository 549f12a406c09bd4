package dev.nptune.kernel.recipe;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The checksums that a PKGBUILD may have, by the name of their array. Source: PKGBUILD(5).
enum Checksum {
    MD5("md5sums", "MD5"),
    SHA1("sha1sums", "SHA-1"),
    SHA224("sha224sums", "SHA-224"),
    SHA256("sha256sums", "SHA-256"),
    SHA384("sha384sums", "SHA-384"),
    SHA512("sha512sums", "SHA-512"),
    B2("b2sums", "") {
        @Override
        String of(byte[] content) {
            return HexFormat.of().formatHex(Blake2b.hash(content));
        }
    },
    CK("cksums", "") {
        @Override
        String of(byte[] content) {
            return PosixChecksum.of(content) + " " + content.length;
        }
    };

    private final String array;
    private final String algorithm;

    Checksum(String array, String algorithm) {
        this.array = array;
        this.algorithm = algorithm;
    }

    String array() {
        return array;
    }

    /// As it stands in the array.
    String of(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has " + algorithm, e);
        }
    }
}
