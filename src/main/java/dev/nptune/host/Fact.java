package dev.nptune.host;

import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/// One thing read, or not read, from a machine.
///
/// A file that is not there and a file that cannot be read mean different things: the first is an answer, the
/// second is not. A rule over an [Unreadable] fact answers "unknown", never "fine".
///
/// In JSON a fact is `{"value":…,"source":…}`, `{"source":…,"absent":true}` or `{"source":…,"unreadable":"reason"}`.
///
/// @param <T> the type of the value
@JsonSerialize(using = FactJson.Writer.class)
@JsonDeserialize(using = FactJson.Reader.class)
public sealed interface Fact<T> {

    /// Where it was looked for: a path below the root that was read, or a command.
    String source();

    /// The value was read.
    ///
    /// @param value what was read
    /// @param source where
    record Known<T>(T value, String source) implements Fact<T> {}

    /// There is certainly no such thing on this machine.
    ///
    /// @param source where it would have been
    record Absent<T>(String source) implements Fact<T> {}

    /// It may exist, but could not be read or understood.
    ///
    /// @param source where it was looked for
    /// @param reason why it is not known, in a few words for people
    record Unreadable<T>(String source, String reason) implements Fact<T> {}

    static <T> Fact<T> known(T value, String source) {
        return new Known<>(value, source);
    }

    static <T> Fact<T> absent(String source) {
        return new Absent<>(source);
    }

    static <T> Fact<T> unreadable(String source, String reason) {
        return new Unreadable<>(source, reason);
    }

    /// The value if it is known.
    default Optional<T> get() {
        return this instanceof Known<T>(T value, String _) ? Optional.of(value) : Optional.empty();
    }

    /// Parses a known value; a parser that throws [IllegalArgumentException] makes it unreadable, with its message.
    default <U> Fact<U> map(Function<? super T, ? extends U> parser) {
        return switch (this) {
            case Known<T>(T value, String source) -> {
                try {
                    yield known(parser.apply(value), source);
                } catch (IllegalArgumentException e) {
                    yield unreadable(source, String.valueOf(e.getMessage()));
                }
            }
            case Absent<T>(String source) -> absent(source);
            case Unreadable<T>(String source, String reason) -> unreadable(source, reason);
        };
    }
}
