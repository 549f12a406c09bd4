package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.qemu.Monitor;
import dev.nptune.paging.qemu.MonitorAgreement;
import dev.nptune.paging.qemu.Registers;
import dev.nptune.paging.space.PageMixes;
import dev.nptune.paging.vmcb.VmcbSearch;
import dev.nptune.paging.walk.PageSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page tables of a Linux that runs, read from its memory and told by QEMU's monitor.
@Tag("lab")
class PagingLabTest {
    private static final long MEMORY = 3L << 30;
    private static final int PHYSICAL_BITS = 40;
    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox echo init runs
            while :; do :; done
            """;

    @TempDir
    private Path folder;

    @Test
    void everyMappingOfLinux() throws IOException, InterruptedException, UserException {
        Path busybox = Path.of("/bin/busybox");
        assumeTrue(StaticProgram.is(busybox), "no static busybox here");
        new Initramfs()
                .folder("bin")
                .folder("dev")
                .executable("bin/busybox", Files.readAllBytes(busybox))
                .executable("init", INIT.getBytes(StandardCharsets.UTF_8))
                .write(folder.resolve("initramfs"));
        LabDirectories directories =
                LabDirectories.of(System.getenv(), Path.of(System.getenv().getOrDefault("HOME", "/root")));
        try (KernelCache cache = new KernelCache(directories.cache(), System.getenv("PATH"));
                Monitor monitor = boot(cache.kernel(null, Progress.SILENT))) {
            awaitInit();
            monitor.execute("stop", Map.of());
            compare(monitor);
        }
    }

    private void compare(Monitor monitor) throws IOException, UserException {
        try (PhysicalMemory memory = PhysicalMemory.open(folder.resolve("memory"), PhysicalMemory.q35(MEMORY))) {
            Registers registers = Registers.of(monitor.ask("info registers"));
            MonitorAgreement agreement = new MonitorAgreement(monitor, memory, registers.tables(PHYSICAL_BITS));
            assertThat(agreement.remarks()).isEmpty();
            assertThat(agreement.everyPage()).isGreaterThan(1000);
            agreement.everyRange();
            assertThat(agreement.addresses(new SplittableRandom(1), 10_000)).isGreaterThan(5000);
            PageMixes mixes = new PageMixes();
            agreement.runs().forEach(mixes);
            assertThat(mixes.guest().of(PageSize.M2)).isPositive();
            assertThat(VmcbSearch.search(memory, PHYSICAL_BITS).vmcbs()).isEmpty();
        }
    }

    private Monitor boot(KernelFiles kernel) throws IOException, InterruptedException {
        return Monitor.start(
                folder,
                "-machine",
                "q35,memory-backend=memory",
                "-cpu",
                "EPYC",
                "-m",
                MEMORY / (1 << 20) + "M",
                "-object",
                "memory-backend-file,id=memory,share=on,size=" + MEMORY + ",mem-path=" + folder.resolve("memory"),
                "-kernel",
                kernel.image().toString(),
                "-initrd",
                folder.resolve("initramfs").toString(),
                "-append",
                "console=ttyS0 panic=-1",
                "-chardev",
                "file,id=console,path=" + folder.resolve("console"),
                "-serial",
                "chardev:console");
    }

    private void awaitInit() throws IOException, InterruptedException {
        Path console = folder.resolve("console");
        for (int i = 0; i < 1800; i++) {
            if (Files.exists(console)
                    && Files.readString(console, StandardCharsets.ISO_8859_1).contains("init runs")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("Linux did not boot: " + Files.readString(console, StandardCharsets.ISO_8859_1));
    }
}
