package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether a module that is to be installed will be loaded where only signed ones are.
record Signing(InstalledKernel kernel, @Nullable SigningKey key) {
    /// What a person should know.
    ///
    /// @throws UserException if the module would be refused
    List<String> notes() throws IOException, UserException {
        SecureBoot boot = SecureBoot.read(kernel.root());
        List<String> notes = new ArrayList<>();
        if (key == null) {
            if (boot.needsSignature()) {
                Optional<SigningKey> dkms = SigningKey.ofDkms(kernel.root());
                throw new UserException(
                        Exit.CANNOT,
                        "the kernel would refuse a module without a signature: Secure Boot is " + boot.secureBoot()
                                + ", lockdown " + boot.lockdown(),
                        dkms.isPresent()
                                ? "sign it with the key that DKMS made here: --key "
                                        + dkms.get().key() + " --cert "
                                        + dkms.get().certificate()
                                : "sign it with --key and --cert; a key is made and enrolled with openssl and mokutil "
                                        + "--import");
            }
            return notes;
        }
        notes.add("sign with " + key.key());
        Optional<Boolean> enrolled = key.isEnrolled(kernel.path());
        if (boot.needsSignature() && !enrolled.orElse(false)) {
            notes.add((enrolled.isPresent()
                            ? "the firmware does not know the key: "
                            : "if the firmware does not know the key: ")
                    + key.enrol());
        }
        return notes;
    }
}
