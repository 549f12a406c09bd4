package dev.nptune.internal.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.internal.ffm.Affinity.Pinned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AffinityTest {
    /// Runs in a thread that ends with what was done to it.
    private static <T> T apart(Supplier<T> work) throws InterruptedException, ExecutionException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result.get();
    }

    private static String allowedList() {
        try {
            return Files.readString(Path.of("/proc/thread-self/status"))
                    .lines()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theKernelAgreesThatAThreadIsPinned() throws Exception {
        BitSet allowed = Affinity.allowed().orElseThrow();
        assertThat(allowed.cardinality()).isPositive();
        for (int cpu = allowed.nextSetBit(0); cpu >= 0; cpu = allowed.nextSetBit(cpu + 1)) {
            int one = cpu;
            assertThat(apart(() -> Affinity.pin(one) + " " + allowedList())).isEqualTo("DONE " + cpu);
        }
        assertThat(Affinity.allowed()).as("other threads are left alone").contains(allowed);
    }

    @Test
    void aCpuThatIsNotThereIsRefused() throws Exception {
        assertThat(apart(() -> Affinity.pin(60_000))).isEqualTo(Pinned.REFUSED);
        assertThat(apart(() -> Affinity.pin(4095))).isEqualTo(Pinned.REFUSED);
        assertThatThrownBy(() -> Affinity.pin(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Affinity.pin(65_536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void virtualThreadsAreTurnedAway() throws Exception {
        CompletableFuture<Boolean> thrown = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                Affinity.pin(0);
                thrown.complete(false);
            } catch (IllegalStateException _) {
                thrown.complete(true);
            }
        });
        assertThat(thrown.get()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 128", "7, 128", "1023, 128", "1024, 256", "2047, 256", "2048, 512", "4095, 512", "65535, 8192"})
    void setsGrowWithTheNumber(int cpu, int bytes) {
        assertThat(Affinity.bytesFor(cpu)).isEqualTo(bytes);
    }
}
