package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    private static final int ROUNDS = 2000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0-3,8,10-11 | 0-3,8,10-11",
                "3,2,1 | 1-3",
                "0-7,^2 | 0-1,3-7",
                "^2,0-3 | 0-3",
                "'' | ''",
                "' 5\n' | 5",
                "1,,2 | 1-2",
                "0 2 4 | 0,2,4",
                "4095 | 4095"
            })
    void parsesLists(String text, String canonical) {
        assertThat(CpuSet.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"4096", "-1", "1-", "-", "3-1", "a", "0x3", "1-2-3", "99999999999", "0-٣", "^", "0-7,^2-3", "1;2"
            })
    void refusesWhatIsNoList(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ff | 0-7",
                "ff,ffffffff | 0-39",
                "00000001,00000000,00000000 | 64",
                "80000000 | 31",
                "0 | ''",
                "ffff,ffffffff | 0-47"
            })
    void parsesMasks(String mask, String list) {
        assertThat(CpuSet.parseMask(mask + "\n")).isEqualTo(CpuSet.parse(list));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "1,", "g", "123456789", "-1", "0x1"})
    void refusesWhatIsNoMask(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.parseMask(text));
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.parseMask("0,".repeat(128) + "0"));
    }

    @Test
    void numbersHaveBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.of(4096));
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.range(0, 4096));
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.range(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> CpuSet.parse(" ".repeat(20_000)));
        assertThat(CpuSet.of(1).contains(-1)).isFalse();
    }

    @Test
    void theLongestCanonicalListsParse() {
        for (int[] run : new int[][] {{1, 2}, {2, 3}, {3, 4}, {1, 4096}}) {
            int[] cpus = IntStream.rangeClosed(0, CpuSet.MAX_CPU)
                    .filter(i -> i % run[1] < run[0])
                    .toArray();
            assertThat(CpuSet.parse(CpuSet.of(cpus).toString())).isEqualTo(CpuSet.of(cpus));
        }
    }

    @Test
    void parsingWhatWasPrintedGivesTheSameSet() {
        SplittableRandom random = new SplittableRandom(1600);
        for (int i = 0; i < ROUNDS; i++) {
            CpuSet set = of(numbers(random));
            assertThat(CpuSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
            assertThat(CpuSet.parseMask(mask(set))).isEqualTo(set);
        }
    }

    @Test
    void algebraIsThatOfSets() {
        SplittableRandom random = new SplittableRandom(1950);
        for (int i = 0; i < ROUNDS; i++) {
            Set<Integer> a = numbers(random);
            Set<Integer> b = numbers(random);
            assertThat(numbers(of(a).and(of(b)))).isEqualTo(change(a, s -> s.retainAll(b)));
            assertThat(numbers(of(a).or(of(b)))).isEqualTo(change(a, s -> s.addAll(b)));
            assertThat(numbers(of(a).minus(of(b)))).isEqualTo(change(a, s -> s.removeAll(b)));
            assertThat(of(a).intersects(of(b))).isEqualTo(a.stream().anyMatch(b::contains));
            assertThat(of(a).size()).isEqualTo(a.size());
            assertThat(of(a).isEmpty()).isEqualTo(a.isEmpty());
            assertThat(of(a).equals(of(b))).isEqualTo(a.equals(b));
            assertThat(a).allMatch(of(a)::contains);
        }
    }

    /// Runs and single numbers, now dense, now sparse.
    private static Set<Integer> numbers(SplittableRandom random) {
        Set<Integer> numbers = new TreeSet<>();
        int limit = random.nextBoolean() ? 32 : CpuSet.MAX_CPU + 1;
        for (int run = random.nextInt(8); run > 0; run--) {
            int first = random.nextInt(limit);
            int last = Math.min(limit - 1, first + random.nextInt(random.nextBoolean() ? 1 : 9));
            for (int cpu = first; cpu <= last; cpu++) {
                numbers.add(cpu);
            }
        }
        return numbers;
    }

    private static Set<Integer> numbers(CpuSet set) {
        return set.stream().boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static CpuSet of(Set<Integer> numbers) {
        return CpuSet.of(numbers.stream().mapToInt(i -> i).toArray());
    }

    private static Set<Integer> change(Set<Integer> set, Consumer<Set<Integer>> change) {
        Set<Integer> copy = new TreeSet<>(set);
        change.accept(copy);
        return copy;
    }

    private static String mask(CpuSet set) {
        StringBuilder words = new StringBuilder();
        for (int word = CpuSet.MAX_CPU / 32; word >= 0; word--) {
            long bits = 0;
            for (int bit = 0; bit < 32; bit++) {
                bits |= set.contains(word * 32 + bit) ? 1L << bit : 0;
            }
            words.append(words.isEmpty() ? "" : ",").append(String.format("%08x", bits));
        }
        return words.toString();
    }
}
