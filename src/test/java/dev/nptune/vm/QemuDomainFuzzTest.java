package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Whatever stands in a command line, it becomes a domain that can be read back, or is refused in words.
class QemuDomainFuzzTest {
    private static final int ROUNDS = 6000;

    private static final List<String> WORDS = vocabulary();

    private static List<String> vocabulary() {
        List<String> words = new ArrayList<>();
        for (String resource : List.of("qemu/gaming.sh", "qemu/libvirt.log")) {
            words.addAll(QemuCommandLine.parse(Resources.text(resource)).arguments());
        }
        words.addAll(List.of("-m", "-smp", "-cpu", "-device", "-drive", "-object", "-machine", "-numa", "-blockdev"));
        words.addAll(List.of("-net", "-nic", "-audiodev", "-audio", "-soundhw", "-display", "-spice", "-vnc", "-vga"));
        words.addAll(
                List.of("-smbios", "-global", "-rtc", "-accel", "-tpmdev", "-overcommit", "-usbdevice", "-virtfs"));
        words.addAll(List.of("0", "-1", "4096", "99999999999999999999", "1e9", "1.5G", "0x", "on", "off", "no", ""));
        words.addAll(
                List.of("type=1,manufacturer=A&B<c>", "node,nodeid=0,cpus=0-3,memdev=pc.ram", "host,,", "{", "[]"));
        words.addAll(List.of("{\"a\":{\"b\":[1,{\"c\":null}]}}", "\"", "'", "$X", "\u0001\u0000b", "\ud800", "\uffff"));
        words.addAll(List.of("sockets=0,cores=0", "cpus=8,maxcpus=4", "vfio-pci,host=ff:ff.9", "vfio-pci,addr=1f.7"));
        return words;
    }

    private final Random random = new Random(20260401);

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String word() {
        String word = pick(WORDS);
        return switch (random.nextInt(6)) {
            case 0 -> cut(word) + cut(pick(WORDS));
            case 1 -> word + "," + cut(pick(WORDS));
            case 2 -> word.isEmpty() ? word : changed(word);
            default -> word;
        };
    }

    private String cut(String word) {
        return word.substring(0, random.nextInt(word.length() + 1));
    }

    private String changed(String word) {
        int at = random.nextInt(word.length());
        char c = ",=<&\"'{}.:-0x\n\u0007\ud83d".charAt(random.nextInt(16));
        return word.substring(0, at) + c + word.substring(at + 1);
    }

    @Test
    void randomArguments() {
        int understood = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> arguments =
                    Stream.generate(this::word).limit(random.nextInt(40)).toList();
            understood += reads(new QemuCommandLine("kvm", arguments, List.of(), List.of(), List.of()));
        }
        assertThat(understood).isGreaterThan(ROUNDS / 2);
    }

    @Test
    void randomText() {
        String gaming = Resources.text("qemu/gaming.sh");
        String log = Resources.text("qemu/libvirt.log");
        for (int round = 0; round < 2000; round++) {
            String text = random.nextBoolean() ? gaming : log;
            for (int change = random.nextInt(12); change >= 0; change--) {
                text = random.nextInt(8) == 0 ? text.substring(random.nextInt(text.length() / 4)) : changed(text);
            }
            try {
                reads(QemuCommandLine.parse(text));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).{10,}");
            }
        }
    }

    /// @return 1 if it was understood as far as to make a domain
    private static int reads(QemuCommandLine line) {
        try {
            QemuDomain qemu = QemuDomain.of(line);
            assertThat(Domain.parse(qemu.domain().xml())).isEqualTo(qemu.domain());
            qemu.domain().root().walk().forEach(e -> qemu.origin(e.path()));
            return 1;
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
            return 0;
        }
    }

    @Test
    void muchOfEverythingTakesNoLongTime() {
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            much("-device", i -> "e1000,netdev=n" + i, "-netdev", i -> "user,id=n" + i);
            much("-device", i -> "virtio-blk-pci,drive=d" + i, "-drive", i -> "if=none,id=d" + i);
            much("-device", i -> "ivshmem-plain,memdev=d" + i, "-object", i -> "memory-backend-file,id=d" + i);
            much("-device", i -> "ich9-intel-hda,id=d" + i, "-device", i -> "hda-micro,bus=d" + i + ".0");
            much(
                    "-numa",
                    i -> "node,memdev=d" + i,
                    "-object",
                    i -> "memory-backend-memfd,policy=bind,host-nodes=0,id=d" + i);
            much("-blockdev", i -> "raw,node-name=a" + i + ",file=a" + (i + 1), "-device", i -> "scsi-hd,drive=a" + i);
        });
    }

    private static void much(String one, IntFunction<String> ones, String two, IntFunction<String> twos) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            arguments.addAll(List.of(one, ones.apply(i), two, twos.apply(i)));
        }
        reads(new QemuCommandLine("kvm", arguments, List.of(), List.of(), List.of()));
    }
}
