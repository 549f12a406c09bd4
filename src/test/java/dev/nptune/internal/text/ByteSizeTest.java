package dev.nptune.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "32768, 32 KiB",
        "5240832, 5118 KiB",
        "8388608, 8 MiB",
        "524602368, 500 MiB",
        "1073741824, 1 GiB",
        "33565310976, 31.3 GiB",
        "0, 0 KiB",
    })
    void noUnitMakesItAnotherSize(long bytes, String words) {
        assertThat(ByteSize.of(bytes)).isEqualTo(words);
    }
}
