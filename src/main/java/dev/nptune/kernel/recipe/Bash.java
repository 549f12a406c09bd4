package dev.nptune.kernel.recipe;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a bash script is made of, each part with its place in the text.
final class Bash {
    private Bash() {}

    /// A command or something made of commands.
    sealed interface Node {
        int from();

        int to();

        /// Commands within it.
        List<Node> inner();

        /// It and all within it.
        default Stream<Node> all() {
            return Stream.concat(Stream.of(this), inner().stream().flatMap(Node::all));
        }
    }

    /// Assignments, a program and its words; any of them may be missing.
    record Simple(int from, int to, List<Assignment> assignments, List<Word> words) implements Node {
        @Override
        public List<Node> inner() {
            return List.of();
        }

        /// The program, if it is plain text.
        Optional<String> program() {
            return words.isEmpty() ? Optional.empty() : words.getFirst().literal();
        }
    }

    /// A function.
    ///
    /// @param open where its `{` is
    /// @param close where its `}` is
    record Function(int from, int to, String name, int open, int close, List<Node> inner) implements Node {}

    /// `if`, `for`, `case`, `{`, `(` and the like.
    ///
    /// @param kind its first word
    /// @param over the words a `for` goes through
    /// @param inner the commands in it, whatever branch they are in
    record Compound(int from, int to, String kind, List<Word> over, List<Node> inner) implements Node {}

    /// `name=value`, `name+=value`, `name=(elements)`.
    ///
    /// @param from where the name begins
    /// @param valueFrom where the value begins, behind `=`
    /// @param to where the value ends
    /// @param elements of an array; null for a single value
    /// @param value a single value; null for an array
    record Assignment(
            String name,
            boolean appends,
            int from,
            int valueFrom,
            int to,
            @Nullable List<Word> elements,
            @Nullable Word value) {}

    /// A word.
    ///
    /// @param pieces what it is made of
    record Word(int from, int to, List<Piece> pieces) {
        /// Its text, if nothing in it is computed.
        Optional<String> literal() {
            StringBuilder text = new StringBuilder();
            for (Piece piece : pieces) {
                if (piece.computed()) {
                    return Optional.empty();
                }
                text.append(piece.text());
            }
            return Optional.of(text.toString());
        }

        /// The text after the last part that is computed.
        String tail() {
            StringBuilder text = new StringBuilder();
            for (Piece piece : pieces.reversed()) {
                if (piece.computed()) {
                    break;
                }
                text.insert(0, piece.text());
            }
            return text.toString();
        }
    }

    /// Part of a word.
    ///
    /// @param text what it says, out of its quotes; of what is computed the source
    /// @param quoted whether it stands in quotes or behind a backslash
    /// @param computed whether it is an expansion
    record Piece(String text, boolean quoted, boolean computed) {}
}
