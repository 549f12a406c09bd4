package dev.nptune.cli;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A plan read from a file, which may come from anybody: read once, at most 64 MiB, every part of it there.
///
/// @param file the file
/// @param plan what it holds
/// @param digest SHA-256 of its bytes, in hex
record PlanFile(Path file, Plan plan, String digest) {
    private static final int MAX_SIZE = 64 << 20;
    private static final int MAX_CHANGES = 10_000;

    /// Reads it.
    ///
    /// @throws UserException if it cannot be read or is no plan
    static PlanFile read(Path file) throws UserException {
        return read(file, null);
    }

    /// Reads the plan that somebody has looked at.
    ///
    /// @param digest what the file's SHA-256 was then; null if nobody says
    /// @throws UserException if it is another one now, before anything of it is looked at
    static PlanFile read(Path file, @Nullable String digest) throws UserException {
        String reason;
        Exception cause;
        try {
            byte[] bytes = bytes(file);
            String now = Sha256.of(bytes);
            if (digest != null && !digest.equalsIgnoreCase(now)) {
                throw new UserException(
                        Exit.CANNOT,
                        "the plan has changed since you looked at it: " + file,
                        "nothing was changed; look at it again, then apply it again");
            }
            return new PlanFile(file, parse(bytes), now);
        } catch (IOException e) {
            reason = IoReason.of(e);
            cause = e;
        } catch (IllegalArgumentException e) {
            reason = plain(String.valueOf(e.getMessage()));
            cause = e;
        }
        throw new UserException(
                Exit.WRONG_USE,
                "cannot read the plan " + file + ": " + Printable.brief(reason, 400),
                "make one with: nptune plan VM -o plan.json",
                cause);
    }

    /// Without the names that only this program's source has.
    private static String plain(String complaint) {
        return complaint
                .replaceFirst("Cannot construct instance of `[^`]*`, problem: ", "")
                .replaceFirst("Cannot invoke .* because \"([^\"]*)\" is null", "it has no '$1'")
                .replaceFirst("Could not resolve type id ('[^']*') as a subtype of .*", "there is no such thing as $1")
                .replaceFirst("Cannot deserialize value of type `[^`]*` from String ", "there is no such thing as ");
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new IOException("it is larger than any plan");
            }
            return bytes;
        }
    }

    private static Plan parse(byte[] bytes) throws IOException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        int version = version(text);
        if (version > Plan.SCHEMA_VERSION) {
            throw new IOException(
                    "it is of version " + version + ", and this program knows versions up to " + Plan.SCHEMA_VERSION);
        }
        Plan plan = Json.read(text, Plan.class);
        if (plan.changes().size() > MAX_CHANGES) {
            throw new IOException("it has more changes than any plan");
        }
        for (int i = 0; i < plan.changes().size(); i++) {
            complete(plan.changes().get(i), "change " + (i + 1));
        }
        complete(plan, "it");
        return plan;
    }

    /// A later version may have what this program cannot read at all.
    private static int version(String text) {
        return Json.tree(text).path("schemaVersion").asInt(0);
    }

    /// JSON that leaves something out gives null where the record has no null.
    private static void complete(Object value, String where) throws IOException {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object part = part(value, component);
            if (part == null && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                throw new IOException(where + " has no '" + component.getName() + "'");
            }
            if (part instanceof Record inner) {
                complete(inner, where);
            } else if (part instanceof Collection<?> all) {
                for (Object each : all) {
                    if (each instanceof Record inner) {
                        complete(inner, where);
                    }
                }
            }
        }
    }

    private static @Nullable Object part(Object value, RecordComponent component) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's accessor is public", e);
        }
    }
}
