package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

class ExitCountsTest {
    private static final String CPUS = """
            [{"thread-id": 11, "cpu-index": 0, "qom-path": "/machine/unattached/device[0]", "target": "x86_64"},
             {"thread-id": 12, "cpu-index": 1, "qom-path": "/machine/unattached/device[2]", "target": "x86_64"}]
            """;
    private static final String STATISTICS = """
            [{"provider": "kvm", "qom-path": "/machine/unattached/device[2]", "stats": [
               {"name": "guest_mode", "value": 0},
               {"name": "halt_wait_hist", "value": [1, 2, 3]},
               {"name": "exits", "value": 4000000000},
               {"name": "halt_wait_ns", "value": 77},
               {"name": "l1d_flush", "value": true},
               {"name": "../../etc", "value": 7}]},
             {"provider": "kvm", "qom-path": "/machine/somewhere", "stats": [{"name": "exits", "value": 1}]},
             {"provider": "kvm", "qom-path": "/machine/unattached/device[0]", "stats": [{"name": "io_exits", "value": 3}]}]
            """;
    private static final String DOMSTATS = """
            Domain: 'win10'
              vcpu.current=2
              vcpu.0.state=1
              vcpu.0.time=120000000
              vcpu.0.exits.sum=41
              vcpu.0.halt_wait_ns.sum=9
              vcpu.0.guest_mode.cur=no
              vcpu.1.exits.sum=99999999999999999999999
              vcpu.1.irq_exits.sum=12
              vcpu.1.max_thing.max=5
            """;

    private static Column exits(int vcpu, String name) {
        return new Column(Quantity.EXITS, Subject.VCPU, vcpu, name);
    }

    @Test
    void whatQemuAnswers() {
        assertThat(ExitCounts.OfMonitor.counters(Json.tree(CPUS), Json.tree(STATISTICS)))
                .isEqualTo(Map.of(
                        exits(1, "exits"),
                        4_000_000_000L,
                        new Column(Quantity.KVM_TIME, Subject.VCPU, 1, "halt_wait_ns"),
                        77L,
                        exits(0, "io_exits"),
                        3L));
        assertThat(ExitCounts.OfMonitor.counters(Json.tree("[]"), Json.tree("{}")))
                .isEmpty();
    }

    @Test
    void whatLibvirtAnswers() {
        assertThat(ExitCounts.OfLibvirt.counters(DOMSTATS))
                .isEqualTo(Map.of(
                        exits(0, "exits"),
                        41L,
                        new Column(Quantity.KVM_TIME, Subject.VCPU, 0, "halt_wait_ns"),
                        9L,
                        exits(1, "irq_exits"),
                        12L));
    }

    /// Each answer is handed out once, and nobody waits for the next.
    @Test
    void answersComeWhenTheyCome() throws InterruptedException {
        Column exits = exits(0, "exits");
        BlockingQueue<Map<Column, Long>> answers = new ArrayBlockingQueue<>(4);
        try (AskedSampler sampler = new AskedSampler(
                new Prepared(answers), Source.present("exits", "", "", 1), Map.of(exits, 5L), 1_000_000, 2_000_000)) {
            sampler.prime();
            assertThat(sampler.sample()).isTrue();
            assertThat(sampler.table().value(0)).isEqualTo(5);
            assertThat(sampler.sample()).isFalse();
            long first = sampler.time(0);
            long asked = System.nanoTime();
            assertThat(first).isLessThan(asked);
            answers.add(Map.of(exits, 8L, exits(1, "exits"), 2L));
            assertThat(sampler.time(0)).isEqualTo(first);
            while (!answers.isEmpty()) {
                Thread.sleep(5);
            }
            Thread.sleep(300);
            long taken = System.nanoTime();
            for (int i = 0; i < 2000 && !sampler.sample(); i++) {
                Thread.sleep(5);
            }
            assertThat(sampler.time(taken)).as("when it came").isBetween(asked, taken - 1);
            assertThat(sampler.table().value(0)).isEqualTo(8);
            assertThat(sampler.table().column(1)).isEqualTo(exits(1, "exits"));
            assertThat(sampler.sample()).isFalse();
        }
    }

    /// Somebody whose answers come from outside; without KVM, QEMU has none.
    private record Prepared(BlockingQueue<Map<Column, Long>> answers) implements ExitCounts {
        @Override
        public Map<Column, Long> ask() throws IOException {
            try {
                return answers.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() {}
    }
}
