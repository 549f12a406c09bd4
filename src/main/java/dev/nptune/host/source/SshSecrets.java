package dev.nptune.host.source;

import dev.nptune.internal.text.Printable;
import java.util.Optional;
import org.apache.sshd.client.auth.keyboard.UserInteraction;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.session.SessionContext;
import org.jspecify.annotations.Nullable;

/// Asks the person at the terminal, if there is one, for passwords and passphrases; three times at most each.
final class SshSecrets implements UserInteraction, FilePasswordProvider {
    private static final int ATTEMPTS = 3;

    private final SshMachine.Asker asker;
    private int passwords;

    SshSecrets(SshMachine.Asker asker) {
        this.asker = asker;
    }

    @Override
    public @Nullable String getPassword(SessionContext session, NamedResource key, int attempt) {
        return attempt < ATTEMPTS
                ? asker.ask("Passphrase of " + key.getName() + ": ").orElse(null)
                : null;
    }

    @Override
    public ResourceDecodeResult handleDecodeAttemptResult(
            SessionContext session,
            NamedResource key,
            int attempt,
            @Nullable String password,
            @Nullable Exception error) {
        if (error == null) {
            return ResourceDecodeResult.TERMINATE;
        }
        return password == null || attempt + 1 >= ATTEMPTS ? ResourceDecodeResult.IGNORE : ResourceDecodeResult.RETRY;
    }

    @Override
    public @Nullable String resolveAuthPasswordAttempt(ClientSession session) {
        return passwords++ < ATTEMPTS
                ? asker.ask("Password of " + session.getUsername() + " there: ").orElse(null)
                : null;
    }

    @Override
    public String @Nullable [] interactive(
            ClientSession session, String name, String instruction, String language, String[] prompts, boolean[] echo) {
        String[] answers = new String[prompts.length];
        for (int i = 0; i < prompts.length; i++) {
            Optional<String> answer = passwords++ < ATTEMPTS ? asker.ask(Printable.line(prompts[i])) : Optional.empty();
            if (answer.isEmpty()) {
                return null;
            }
            answers[i] = answer.get();
        }
        return answers;
    }

    @Override
    public @Nullable String getUpdatedPassword(ClientSession session, String prompt, String language) {
        return null;
    }
}
