package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.CommandLine.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    @Test
    void takesApartAsTheKernelDoes() {
        CommandLine line = CommandLine.parse(
                "BOOT_IMAGE=(hd0,gpt2)/vmlinuz root=UUID=1-2 ro  quiet\tkvm-amd.npt=0 kvm_amd.npt=1 -- single x=1");

        assertThat(line.parameters())
                .extracting(Parameter::name)
                .containsExactly("BOOT_IMAGE", "root", "ro", "quiet", "kvm-amd.npt", "kvm_amd.npt");
        assertThat(line.last("root")).contains("UUID=1-2");
        assertThat(line.values("kvm_amd.npt")).containsExactly("0", "1");
        assertThat(line.last("kvm-amd.npt")).contains("1");
        assertThat(line.has("quiet")).isTrue();
        assertThat(line.last("quiet")).isEmpty();
        assertThat(line.has("single")).isFalse();
        assertThat(line.init()).containsExactly("single", "x=1");
    }

    /// Expected values by running `next_arg` of lib/cmdline.c in the head.
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "dyndbg=\"file a.c +p\"|dyndbg|file a.c +p",
                "\"dyndbg=file a.c +p\"|dyndbg|file a.c +p",
                "\"quiet\"|quiet|",
                "a=b=c|a|b=c",
                "=a=b|=a|b",
                "=a|=a|",
                "a=|a|''",
                "a=\"|a|''",
                "a=b\"c d\"|a|b\"c d\"",
                "\"open=never closed|open|never closed"
            })
    void quotes(String text, String name, String value) {
        assertThat(CommandLine.parse(text).parameters())
                .containsExactly(new Parameter(name, Optional.ofNullable(value)));
    }

    @Test
    void plainWordsComeBackAsTheyWere() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<String> words = Stream.generate(() -> word(random))
                    .limit(random.nextInt(12))
                    .toList();
            assertThat(CommandLine.parse(String.join(" ", words)).parameters())
                    .extracting(Parameter::toString)
                    .isEqualTo(words);
        }
    }

    private static String word(Random random) {
        return "p"
                + random.ints(random.nextInt(8), 0, 6)
                        .mapToObj(i -> "a=-_.,".substring(i, i + 1))
                        .collect(Collectors.joining());
    }

    @Test
    void anyTextIsOne() {
        assertThat(CommandLine.parse("").parameters()).isEmpty();
        assertThat(CommandLine.parse(" \t ").parameters()).isEmpty();
        assertThat(CommandLine.parse("\"").parameters()).hasSize(1);
        assertThat(CommandLine.parse("\\x00\\xff \"a b").parameters()).hasSize(2);
    }
}
