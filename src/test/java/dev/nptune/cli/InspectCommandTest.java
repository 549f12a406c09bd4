package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Machines;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// On a host of 256 KiB with one VM, which has a page of memory and one of a device, write-combining, at
/// host-physical 0xfd000000.
class InspectCommandTest {
    private static final long LINUX = 0x0407_0506_0007_0106L;
    private static final long POWER_ON = 0x0007_0406_0007_0406L;
    private static final long CR0 = 0x8005_0033L;
    private static final long CR2 = 0x7fff_1234L;
    private static final long GUEST = 0x1_0000;
    private static final long PWU = 7;
    private static final long PWT = 8;
    private static final int VMCB = 0x1000;
    private static final int VCPU = 0x2_0088;

    @TempDir
    Path temp;

    private final ByteBuffer memory = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);

    private Path dump(long patInForce) throws IOException {
        vmcb(patInForce);
        kvmsOwn();
        memory.putLong(0x2000, 0x3000 | PWU);
        memory.putLong(0x3000, 0x4000 | PWU);
        memory.putLong(0x4000, 0x5000 | PWU);
        for (int page = 0; page < 8; page++) {
            memory.putLong(0x5000 + 8 * page, GUEST + 0x1000L * page | PWU);
        }
        memory.putLong(0x5000 + 8 * 0x100, 0xfd00_0000L | PWU);
        memory.putLong((int) GUEST + 0x1000, 0x2000 | PWU);
        memory.putLong((int) GUEST + 0x2000, 0x3000 | PWU);
        memory.putLong((int) GUEST + 0x3000, 0x4000 | PWU);
        memory.putLong((int) GUEST + 0x4000, 0x5000 | PWU);
        memory.putLong((int) GUEST + 0x4000 + 8 * 0x10, 0x10_0000 | PWU | PWT);
        return Files.write(temp.resolve("host.mem"), memory.array());
    }

    private void vmcb(long pat) {
        memory.putInt(VMCB + 0x10, 1);
        memory.putInt(VMCB + 0x58, 1);
        memory.putLong(VMCB + 0x90, 1);
        memory.putLong(VMCB + 0xb0, 0x2000);
        memory.putLong(VMCB + 0x4d0, 0x1d01);
        memory.putLong(VMCB + 0x548, 0x6f0);
        memory.putLong(VMCB + 0x550, 0x1000);
        memory.putLong(VMCB + 0x558, CR0);
        memory.putLong(VMCB + 0x560, 0x400);
        memory.putLong(VMCB + 0x568, 0xffff_0ff0L);
        memory.putLong(VMCB + 0x570, 2);
        memory.putLong(VMCB + 0x640, CR2);
        memory.putLong(VMCB + 0x668, pat);
    }

    /// `struct kvm_vcpu_arch`, as far as it is looked at.
    private void kvmsOwn() {
        memory.putLong(VCPU, CR0);
        memory.putLong(VCPU + 16, CR2);
        memory.putLong(VCPU + 24, 0x1000);
        memory.putLong(VCPU + 32, 0x6f0);
        memory.putLong(VCPU + 0xa00, LINUX);
        memory.putLong(VCPU + 0xa00 + 48, 0xffff_0ff0L);
        memory.putLong(VCPU + 0xa00 + 56, 0x400);
    }

    private CliRun inspect(Path dump, String... more) throws IOException {
        Path mtrr = Files.writeString(
                temp.resolve("mtrr"), "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable\n");
        return CliRun.of(Stream.concat(
                        Stream.of(
                                "inspect",
                                "--dump",
                                dump.toString(),
                                "--mtrr",
                                mtrr.toString(),
                                "--device",
                                "gpu=0xfd000000+0x1000"),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void theBugIsTold() throws IOException {
        CliRun run = inspect(dump(POWER_ON));

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("1 virtual CPU of 1", "VMCB at 0x1000", "the guest's PAT is ignored", "0x0407050600070106")
                .containsPattern("gpu +10000 +4 KiB +WC +WT +WB +UC +UC\n");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void aPatThatIsObeyedIsFine() throws IOException {
        CliRun run = inspect(dump(LINUX));

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("the guest's PAT is obeyed")
                .containsPattern("gpu +10000 +4 KiB +WC +WC +WB +UC +WC\n");
    }

    @Test
    void theJsonFormGoesToTheDoctor() throws IOException {
        Path file = temp.resolve("inspection.json");
        CliRun run = inspect(dump(POWER_ON), "--json", "--vm", "win10", "-o", file.toString());

        JsonNode vcpu = Json.tree(run.out()).path("vcpus").path(0);
        assertThat(vcpu.path("pat").path("verdict").asString()).isEqualTo("ignored");
        assertThat(vcpu.path("space").path("devices").path(0).path("inForce").asString())
                .isEqualTo("UC");
        assertThat(Json.tree(Files.readString(file))).isEqualTo(Json.tree(run.out()));
        assertThat(InspectionFileTest.read(file))
                .singleElement()
                .satisfies(vm -> assertThat(vm.patIgnored()).isTrue())
                .satisfies(vm -> assertThat(vm.name()).isEqualTo("win10"));
    }

    /// Ryzen 5000: 2048 places for pages of 4 KiB, of which there is only one here.
    @Test
    void ofAKnownProcessorTheTlbsReachIsTold() throws IOException {
        String host = Files.write(temp.resolve("host.tar.gz"), Machines.archive("ryzen-5950x"))
                .toString();

        CliRun run = inspect(dump(LINUX), "--host", host);
        JsonNode reach = Json.tree(
                        inspect(dump(LINUX), "--host", host, "--json").out())
                .path("vcpus")
                .path(0)
                .path("space")
                .path("tlbReach");

        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("Of that the second level of a core's TLB (Zen 3, data) holds up to: 8 KiB on 4K"
                        + " (2048 entries)");
        assertThat(reach.path("core").asString()).isEqualTo("Zen 3");
        assertThat(reach.path("bytes").path("4K").asLong()).isEqualTo(8192);
        assertThat(inspect(dump(LINUX)).out()).doesNotContain("holds up to");
        assertThat(inspect(dump(LINUX), "--cr3", "0x1000", "--host", host).out())
                .doesNotContain("holds up to");
    }

    @Test
    void oneGuestsTablesAreRead() throws IOException {
        dump(LINUX);
        byte[] guest = new byte[0x8000];
        memory.get((int) GUEST, guest);
        Path file = Files.write(temp.resolve("guest.mem"), guest);

        CliRun run = inspect(file, "--cr3", "0x1000");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("these tables").containsPattern("device +10000 +4 KiB +WC +WB +WC\n");
    }

    @Test
    void withoutMtrrsDevicesAreTakenToBeUncached() throws IOException {
        CliRun run = CliRun.of("inspect", "--dump", dump(LINUX).toString(), "--device", "gpu=0xfd000000+0x1000");

        assertThat(run.out())
                .containsPattern("gpu +10000 +4 KiB +WC +WC +WB +UC +WC\n")
                .contains("The MTRRs are not known")
                .contains("devices left out: WB 4 KiB");
    }

    @Test
    void whatIsNotKnownDecidesNothing() throws IOException {
        Path file = temp.resolve("inspection.json");
        dump(LINUX);
        memory.putLong(VCPU, 0);
        CliRun run =
                inspect(Files.write(temp.resolve("host.mem"), memory.array()), "--vm", "win10", "-o", file.toString());

        assertThat(run.out()).contains("PAT asked   not known");
        assertThat(InspectionFileTest.read(file)).isEmpty();
    }

    @Test
    void aDumpWithoutVmsSaysSo() throws IOException {
        Path empty = Files.write(temp.resolve("empty.mem"), new byte[1 << 16]);

        CliRun run = inspect(empty);

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("0 virtual CPUs of 0", "No VM ran under AMD's virtualization");
    }

    @ParameterizedTest
    @CsvSource({
        "--mode pae, give --cr3 as well",
        "--asked-pat 0x2, is no PAT",
        "--asked-pat zebra, is no number",
        "--device gpu, names no device memory",
        "--device gpu=1+0, of no bytes",
        "--physical-bits 64, no processor has",
        "--kvm-option npt=0, about the lab",
        "--cr3 -5, is no number"
    })
    void whatIsWrongIsSaid(String options, String words) throws IOException {
        CliRun run = inspect(dump(LINUX), options.split(" "));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(words);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void somethingMustBeLookedAt() {
        assertThat(CliRun.of("inspect").exit()).isEqualTo(2);
        assertThat(CliRun.of("inspect", "--lab", "--dump", "x").exit()).isEqualTo(2);
        assertThat(CliRun.of("inspect", "--dump", "/nowhere").err()).contains("/nowhere");
        assertThat(CliRun.of("inspect", "--pid", "1").err()).contains("cannot look at process 1");
    }
}
