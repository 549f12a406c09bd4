package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Compound;
import dev.nptune.kernel.recipe.Bash.Function;
import dev.nptune.kernel.recipe.Bash.Node;
import dev.nptune.kernel.recipe.Bash.Simple;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `prepare()` of a PKGBUILD: whether it applies a patch, and a line that does.
final class ArchPrepare {
    private static final Set<String> APPLYING = Set.of("apply", "am");
    private static final Pattern PLAIN_END = Pattern.compile("[ \\t]*;?[ \\t]*(?:#.*)?");

    private final String text;
    private final List<Node> script;

    ArchPrepare(String text, List<Node> script) {
        this.text = text;
        this.script = script;
    }

    /// Whether the patch is applied already, by name or by a loop over the sources.
    boolean applies(String file) {
        return function("prepare").stream().flatMap(Node::all).anyMatch(node -> applies(node, file));
    }

    private boolean applies(Node node, String file) {
        String source = text.substring(node.from(), node.to());
        return switch (node) {
            case Simple simple ->
                isPatch(simple) && source.matches("(?s).*[\"'/ <]" + Pattern.quote(file) + "(?:[\"'\\s].*)?");
            case Compound loop
            when loop.kind().equals("for") -> {
                String extension = file.substring(file.lastIndexOf('.') + 1);
                String over = loop.over().stream()
                        .map(w -> text.substring(w.from(), w.to()))
                        .reduce("", (a, b) -> a + " " + b);
                boolean all = Pattern.compile("\\*\\." + Pattern.quote(extension) + "(?!\\w)")
                        .matcher(source)
                        .find();
                yield all && (over.contains("source[@]") || over.contains("*.")) && patches(loop);
            }
            default -> false;
        };
    }

    private static boolean patches(Node node) {
        return node.all().anyMatch(n -> n instanceof Simple s && isPatch(s));
    }

    private static boolean isPatch(Simple simple) {
        String program = simple.program().orElse("");
        return program.equals("patch")
                || (program.equals("git")
                        && simple.words().stream()
                                .anyMatch(w ->
                                        w.literal().filter(APPLYING::contains).isPresent()));
    }

    private Optional<Function> function(String name) {
        return functions().filter(f -> f.name().equals(name)).findFirst();
    }

    private Stream<Function> functions() {
        return script.stream().filter(Function.class::isInstance).map(Function.class::cast);
    }

    /// Puts a line in that applies it: after the last patch, else after the way into the sources.
    void add(Splices splices, String file) {
        String line = "patch -Np1 -i \"$srcdir/" + file + "\"";
        Optional<Function> prepare = function("prepare");
        if (prepare.isEmpty()) {
            create(splices, line);
            return;
        }
        Node anchor = prepare.get().inner().stream()
                .filter(ArchPrepare::patches)
                .reduce((_, last) -> last)
                .or(() -> prepare.get().inner().stream()
                        .filter(ArchPrepare::entersFolder)
                        .findFirst())
                .orElseThrow(() ->
                        Unclear.at(text, prepare.get().from(), "prepare() neither patches nor goes into the sources"));
        after(splices, anchor, line);
    }

    private static boolean entersFolder(Node node) {
        return node instanceof Simple s && s.program().filter("cd"::equals).isPresent();
    }

    private void after(Splices splices, Node anchor, String line) {
        int end = Splices.lineEnd(text, anchor.to());
        String rest = text.substring(anchor.to(), end);
        if (PLAIN_END.matcher(rest).matches() && !text.startsWith("\n", anchor.to() - 1)) {
            splices.insert(end, "\n" + Splices.indent(text, anchor.from()) + line);
        } else if (rest.stripLeading().startsWith(";")) {
            splices.insert(anchor.to(), "; " + line);
        } else {
            throw Unclear.at(text, anchor.to(), "prepare() goes on behind its last patch in a way that is not edited");
        }
    }

    private void create(Splices splices, String line) {
        Function build = function("build")
                .orElseThrow(
                        () -> new Unclear(1, "there is neither prepare() nor build() to tell where the sources are"));
        Node enters = build.inner().stream()
                .filter(ArchPrepare::entersFolder)
                .findFirst()
                .orElseThrow(() -> Unclear.at(text, build.from(), "build() does not go into the sources"));
        splices.insert(
                Splices.lineStart(text, build.from()),
                "prepare() {\n  " + text.substring(enters.from(), enters.to()) + "\n  " + line + "\n}\n\n");
    }
}
