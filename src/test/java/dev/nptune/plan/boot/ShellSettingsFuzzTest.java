package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random files like `/etc/default/grub`, read by the machine's own sh before and after: what it finds in the variables
/// is what was meant, or the file is left alone.
class ShellSettingsFuzzTest {
    private static final int FILES = 6_000;
    private static final int BATCH = 100;
    private static final String SEPARATOR = "\u001e";
    private static final ArgumentEdit EDIT =
            new ArgumentEdit(List.of("iommu=pt", "dyndbg=file a.c +p"), List.of("quiet", "splash=silent"));
    private static final List<String> NAMES = List.of("D", "D", "D", "L", "L", "X", "export D", "export X");
    private static final List<String> PIECES = List.of(
            "quiet",
            " ",
            " ",
            " ",
            "ro",
            "splash=silent",
            "iommu=pt",
            "'",
            "\"",
            "\"",
            "\\",
            "\\\n",
            "$X",
            "${D}",
            "$D",
            "$(echo 'q r')",
            "`echo quiet`",
            "${X:-quiet}",
            "$",
            "#",
            ";",
            "\n",
            "=",
            "a/b",
            "\\\"",
            "$((1+1))",
            "*",
            "~",
            "-- ",
            "'quiet a'",
            "\"b quiet\"",
            "é",
            "\t",
            "$L");
    private static final List<String> LINES = List.of(
            "\n",
            "# quiet\n",
            "X=\"quiet\"\n",
            "X='a b'\n",
            "if true; then X=1; fi\n",
            "D=\"$D c\"\n",
            ":\n",
            "export D\n");

    private record Case(String before, String after, String target) {}

    @Test
    void shellReadsWhatIsMeant() throws IOException {
        Random random = new Random(20260103);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            String text = file(random);
            try {
                ShellSettings.Edited edited =
                        new ShellSettings(new LinkedHashMap<>(Map.of("/f", text)), List.of("D", "L")).edit(EDIT);
                cases.add(new Case(text, edited.files().firstEntry().getValue(), edited.target()));
            } catch (ShellFile.Unclear | IllegalArgumentException _) {
                // left alone
            }
        }
        assertThat(cases).as("files that can be edited").hasSizeGreaterThan(FILES / 5);
        for (int i = 0; i < cases.size(); i += BATCH) {
            compare(cases.subList(i, Math.min(i + BATCH, cases.size())));
        }
    }

    private static void compare(List<Case> cases) throws IOException {
        List<String> texts = cases.stream()
                .flatMap(c -> List.of(c.before(), c.after()).stream())
                .toList();
        List<String> values = read(texts);
        for (int i = 0; i < cases.size(); i++) {
            Case one = cases.get(i);
            check(one, "D", values.get(4 * i), values.get(4 * i + 2), both(values, 4 * i));
            check(one, "L", values.get(4 * i + 1), values.get(4 * i + 3), both(values, 4 * i));
        }
    }

    private static List<Parameter> both(List<String> values, int at) {
        List<Parameter> out = new ArrayList<>(CommandLine.parse(values.get(at)).parameters());
        out.addAll(CommandLine.parse(values.get(at + 1)).parameters());
        return out;
    }

    private static void check(Case one, String variable, String before, String after, List<Parameter> all) {
        CommandLine old = CommandLine.parse(before);
        // what a command or another variable brings along is not looked into
        boolean computed = one.before().matches("(?s).*(`|\\$(?!(D|L|\\{D\\})(?!\\w))).*");
        List<Parameter> wanted = new ArrayList<>(old.parameters());
        wanted.removeIf(p -> EDIT.drops(p));
        if (variable.equals(one.target())) {
            wanted.addAll(EDIT.missing(all));
        }
        List<Parameter> now = new ArrayList<>(CommandLine.parse(after).parameters());
        if (computed) {
            now.removeIf(p -> EDIT.drops(p));
            if (variable.equals(one.target())) {
                assertThat(EDIT.missing(now)).as(one.after()).isSubsetOf(EDIT.missing(EDIT.missing(all)));
            }
            now.removeIf(ShellSettingsFuzzTest::isAdded);
            wanted.removeIf(ShellSettingsFuzzTest::isAdded);
        }
        assertThat(now)
                .as("%s of%n%s%n→%n%s", variable, one.before(), one.after())
                .isEqualTo(wanted);
        assertThat(CommandLine.parse(after).init()).isEqualTo(old.init());
    }

    private static boolean isAdded(Parameter parameter) {
        return EDIT.missing(List.of(parameter)).size() < EDIT.add().size();
    }

    /// What sh finds in both variables after each of several files, all in one run.
    private static List<String> read(List<String> texts) throws IOException {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < texts.size(); i++) {
            script.append("( . /dev/stdin <<'END_OF_FILE_")
                    .append(i)
                    .append("'\n")
                    .append(texts.get(i));
            script.append(texts.get(i).endsWith("\n") ? "" : "\n")
                    .append("END_OF_FILE_")
                    .append(i)
                    .append('\n');
            script.append("printf '%s\\036%s\\036' \"$D\" \"$L\" )\n");
        }
        Exec.Result result = Exec.run(Duration.ofSeconds(60), List.of("sh", "-c", script.toString()));
        List<String> values = List.of(result.out().split(SEPARATOR, -1));
        assertThat(values).as(result.toString()).hasSize(2 * texts.size() + 1);
        return values;
    }

    private static String file(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            if (random.nextInt(3) == 0) {
                out.append(LINES.get(random.nextInt(LINES.size())));
            }
            out.append(NAMES.get(random.nextInt(NAMES.size()))).append('=');
            String quote = List.of("\"", "\"", "'", "").get(random.nextInt(4));
            out.append(quote);
            for (int j = random.nextInt(7); j > 0; j--) {
                out.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            out.append(quote).append(random.nextInt(8) == 0 ? " # quiet" : "").append('\n');
        }
        return out.toString();
    }
}
