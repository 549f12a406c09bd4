package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollbackTest {
    private final List<String> done = new ArrayList<>();
    private final Rollback rollback = new Rollback();

    @Test
    void aStepThatThrowsDoesNotKeepTheOthersFromIt() {
        rollback.add(() -> done.add("first"));
        rollback.add(() -> {
            throw new UncheckedIOException(new AccessDeniedException("/usr/src/x"));
        });
        rollback.addLast(() -> done.add("last"));
        rollback.add(() -> done.add("third"));

        UserException told =
                catchThrowableOfType(UserException.class, () -> rollback.run(new IOException("the disk is full")));

        assertThat(done).containsExactly("third", "first", "last");
        assertThat(told)
                .returns(Exit.PARTLY_APPLIED, UserException::exit)
                .hasMessageContaining("the disk is full; and not all that was done could be taken back: ")
                .hasMessageContaining("/usr/src/x");
    }

    @Test
    void anExceptionWithoutWordsIsNamed() {
        rollback.add(() -> {
            throw new IllegalStateException();
        });

        assertThat(catchThrowableOfType(UserException.class, () -> rollback.run(new IOException("full"))))
                .hasMessageEndingWith("could be taken back: java.lang.IllegalStateException");
    }

    @Test
    void whatCannotBeTidiedUpHarmsNobody() {
        rollback.atEnd(() -> {
            throw new UncheckedIOException(new IOException("gone"));
        });
        rollback.atEnd(() -> done.add("second"));

        rollback.keep();

        assertThat(done).containsExactly("second");
    }
}
