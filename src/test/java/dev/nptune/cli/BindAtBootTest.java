package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.MemoryFolder;
import dev.nptune.host.Commands;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.Change;
import dev.nptune.plan.Change.EditFile;
import dev.nptune.plan.PassedFunction;
import dev.nptune.plan.boot.BootBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small machines as their distributions set them up, read as any machine is.
class BindAtBootTest {
    private static final List<PassedFunction> CARD = List.of(
            new PassedFunction(PciAddress.parse("0000:0a:00.0"), "10de:2484"),
            new PassedFunction(PciAddress.parse("0000:0a:00.1"), "10de:228b"));

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    private BindAtBootTest file(String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
        return this;
    }

    private BindAtBootTest folder(String path) throws IOException {
        Files.createDirectories(root.resolve(path.substring(1)));
        return this;
    }

    private BindAtBootTest systemd() throws IOException {
        return file("/usr/lib/systemd/system/systemd-udev-trigger.service", "[Unit]\n");
    }

    private BindAtBootTest kernel(String release) throws IOException {
        return folder("/lib/modules/" + release + "/kernel");
    }

    private BindAtBootTest arch(String release, String name) throws IOException {
        return file("/lib/modules/" + release + "/pkgbase", name + "\n");
    }

    private BootBinding plan() {
        Host host = HostReader.read(new MachineSource(root, Coverage.WHOLE, Commands.unavailable("nobody asks")));
        return BootBinding.plan(host, PlanFiles.read(root, host), CARD);
    }

    private BootBinding.Result result() {
        BootBinding plan = plan();
        assertThat(plan).isInstanceOf(BootBinding.Result.class);
        return (BootBinding.Result) plan;
    }

    private String reason() {
        BootBinding plan = plan();
        assertThat(plan).isInstanceOf(BootBinding.Impossible.class);
        return ((BootBinding.Impossible) plan).reason();
    }

    private static String text(BootBinding.Result result) {
        String files = result.files().stream()
                .map(EditFile.class::cast)
                .map(e -> "==> " + e.path() + "\n# " + e.summary() + "\n" + e.after())
                .collect(Collectors.joining("\n"));
        String images = result.images().stream()
                .map(i -> "# " + i.summary() + "\n"
                        + String.join(
                                " ", i.builder().argv(i.kernel(), i.outputs().getFirst())) + "\n")
                .collect(Collectors.joining());
        return files + "\n==> images\n" + images + "\n==> arguments\n" + String.join(" ", result.arguments()) + "\n"
                + result.notes().stream().map(n -> "\n" + n + "\n").collect(Collectors.joining());
    }

    private static Map<String, String> written(BootBinding.Result result) {
        return result.files().stream()
                .map(EditFile.class::cast)
                .collect(Collectors.toMap(EditFile::path, e -> Objects.requireNonNullElse(e.after(), "")));
    }

    private static List<String> outputs(BootBinding.Result result) {
        return result.images().stream().flatMap(i -> i.outputs().stream()).toList();
    }

    private void apply(BootBinding.Result result) throws IOException {
        for (Change change : result.files()) {
            EditFile edit = (EditFile) change;
            file(edit.path(), String.valueOf(edit.after()));
        }
    }

    private void once() throws IOException {
        apply(result());
        assertThat(result().files()).isEmpty();
        assertThat(result().images()).isEmpty();
    }

    private BindAtBootTest debian() throws IOException {
        return systemd()
                .folder("/usr/share/initramfs-tools")
                .kernel("6.1.0-40-amd64")
                .kernel("6.12.9-amd64")
                .kernel("5.10.0-1-amd64")
                .file("/boot/initrd.img-6.1.0-40-amd64", "x")
                .file("/boot/initrd.img-6.12.9-amd64", "x")
                .file("/boot/initrd.img-4.19.0-1-amd64", "x");
    }

    private BindAtBootTest presets() throws IOException {
        return file("/etc/mkinitcpio.d/linux.preset", """
                ALL_kver="/boot/vmlinuz-linux"
                #ALL_config="/etc/mkinitcpio.conf"
                PRESETS=('default' 'fallback')
                default_image="/boot/initramfs-linux.img"
                #default_uki="/efi/EFI/Linux/arch-linux.efi"
                fallback_image="/boot/initramfs-linux-fallback.img"
                fallback_options="-S autodetect"
                """);
    }

    private BindAtBootTest fedoraLinux() throws IOException {
        return systemd()
                .folder("/usr/lib/dracut")
                .kernel("6.10.12-200.fc40.x86_64")
                .file("/boot/initramfs-6.10.12-200.fc40.x86_64.img", "x")
                .file("/boot/initramfs-0-rescue-0123456789abcdef0123456789abcdef.img", "x");
    }

    private BindAtBootTest archLinux() throws IOException {
        return systemd()
                .folder("/usr/lib/initcpio")
                .arch("6.12.9-arch1-1", "linux")
                .file("/boot/initramfs-linux.img", "x")
                .file("/boot/initramfs-linux-fallback.img", "x")
                .file("/etc/mkinitcpio.conf", "MODULES=(amdgpu)\nHOOKS=(base udev autodetect modconf kms block)\n");
    }

    @Test
    void debianWithTwoKernels() throws IOException {
        debian();
        Golden.check("plan/boot/debian.txt", text(result()));
        once();
    }

    @Test
    void fedora() throws IOException {
        fedoraLinux();
        Golden.check("plan/boot/fedora.txt", text(result()));
        once();
    }

    @Test
    void arch() throws IOException {
        archLinux().presets();
        Golden.check("plan/boot/arch.txt", text(result()));
        once();
    }

    @Test
    void openSuse() throws IOException {
        systemd()
                .folder("/usr/lib/dracut")
                .kernel("6.4.0-150600.21-default")
                .file("/boot/initrd-6.4.0-150600.21-default", "x");
        Golden.check("plan/boot/opensuse.txt", text(result()));
    }

    @Test
    void debianWithDracut() throws IOException {
        systemd().folder("/usr/lib/dracut").kernel("6.1.0-40-amd64").file("/boot/initrd.img-6.1.0-40-amd64", "x");
        assertThat(result().images())
                .extracting(i -> String.join(
                        " ", i.builder().argv(i.kernel(), i.outputs().getFirst())))
                .containsExactly("dracut --force /boot/initrd.img-6.1.0-40-amd64 6.1.0-40-amd64");
    }

    @Test
    void imagesInFoldersOfTheEntryToken() throws IOException {
        systemd()
                .folder("/usr/lib/dracut")
                .kernel("6.12.9-amd64")
                .file("/efi/0123456789abcdef0123456789abcdef/6.12.9-amd64/initrd", "x")
                .file("/boot/efi/debian/6.12.9-amd64/initrd.img-6.12.9-amd64", "x");
        assertThat(outputs(result()))
                .containsExactly(
                        "/efi/0123456789abcdef0123456789abcdef/6.12.9-amd64/initrd",
                        "/boot/efi/debian/6.12.9-amd64/initrd.img-6.12.9-amd64");
    }

    /// A preset that names its configuration has drop-ins ignored.
    @Test
    void aPresetWithAConfigurationOfItsOwnHasTheLineEdited() throws IOException {
        archLinux().file("/etc/mkinitcpio.d/linux.preset", """
                ALL_config="/etc/mkinitcpio.conf"
                ALL_kver="/boot/vmlinuz-linux"
                PRESETS=('default')
                default_image="/boot/initramfs-linux.img"
                """);
        BootBinding.Result result = result();

        assertThat(written(result))
                .containsEntry(
                        "/etc/mkinitcpio.conf",
                        "MODULES=(amdgpu)\nHOOKS=(base udev autodetect modconf kms block nptune-vfio)\n")
                .doesNotContainKey("/etc/mkinitcpio.conf.d/zz-nptune.conf");
        assertThat(result.images()).singleElement().satisfies(i -> {
            assertThat(i.builder().argv(i.kernel(), "")).containsExactly("mkinitcpio", "--allpresets");
            assertThat(i.outputs()).containsExactly("/boot/initramfs-linux.img");
        });
        once();
    }

    @Test
    void aConfigurationThatIsNotReadIsTold() throws IOException {
        archLinux().file("/etc/mkinitcpio.d/linux.preset", """
                PRESETS=(default)
                default_config=/etc/mkinitcpio-own.conf
                default_image=/boot/initramfs-linux.img
                """);
        assertThat(result().notes()).singleElement().asString().contains("/etc/mkinitcpio-own.conf: add nptune-vfio");
    }

    @Test
    void unifiedKernelImagesAreBuiltByTheirPresets() throws IOException {
        archLinux().file("/etc/mkinitcpio.d/linux.preset", """
                PRESETS=('default' 'fallback')
                default_uki="/efi/EFI/Linux/arch-linux.efi"
                fallback_uki="/efi/EFI/Linux/arch-linux-fallback.efi"
                """);
        assertThat(outputs(result()))
                .containsExactly("/efi/EFI/Linux/arch-linux.efi", "/efi/EFI/Linux/arch-linux-fallback.efi");
    }

    @Test
    void hooksOverSeveralLinesAreLeftToThePerson() throws IOException {
        archLinux().file("/etc/mkinitcpio.conf", "HOOKS=(base\n    udev\n    block)\n");
        assertThat(reason()).contains("/etc/mkinitcpio.conf sets HOOKS in a way that");
    }

    @Test
    void boosterRunsNoScripts() throws IOException {
        systemd().folder("/usr/lib/booster").arch("6.12.9-arch1-1", "linux").file("/boot/booster-linux.img", "x");
        assertThat(written(result()))
                .containsOnlyKeys(
                        "/etc/nptune/vfio-claim",
                        "/etc/systemd/system/nptune-vfio.service",
                        "/etc/systemd/system/systemd-udev-trigger.service.d/nptune.conf");
        assertThat(result().images()).isEmpty();
        assertThat(result().notes()).isEmpty();
    }

    @Test
    void boostersLinesThatLoadTheDriverAreTold() throws IOException {
        String card = "/sys/bus/pci/devices/0000:0a:00.0";
        systemd()
                .folder("/usr/lib/booster")
                .file(card + "/class", "0x030000\n")
                .file(card + "/vendor", "0x10de\n")
                .file(card + "/device", "0x2484\n")
                .file("/etc/booster.yaml", "compression: zstd\nmodules_force_load: ext4,nouveau\nuniversal: false\n");
        Files.createSymbolicLink(
                root.resolve((card + "/driver").substring(1)), Path.of("../../../../bus/pci/drivers/nouveau"));
        assertThat(result().notes())
                .singleElement()
                .asString()
                .contains("line 2 of /etc/booster.yaml (modules_force_load: ext4,nouveau)")
                .contains("'modules: -nouveau'");
    }

    @Test
    void anImageBasedSystemKeepsItsInitramfs() throws IOException {
        debian().file("/run/ostree-booted", "").file("/usr/bin/rpm-ostree", "");
        BootBinding.Result result = result();
        assertThat(written(result)).hasSize(3);
        assertThat(result.images()).isEmpty();
        assertThat(result.notes()).singleElement().asString().contains("rpm-ostree initramfs-etc --track=");
    }

    @Test
    void withoutAnImageThereIsNothingToBuild() throws IOException {
        systemd().folder("/usr/share/initramfs-tools").kernel("6.1.0-40-amd64");
        assertThat(reason()).contains("no initramfs image of an installed kernel");
    }

    @Test
    void whatBuildsTheInitramfsMustBeKnown() throws IOException {
        assertThat(reason()).contains("systemd-udev-trigger.service");
        systemd();
        assertThat(reason()).contains("nothing that builds an initramfs is known");
        folder("/usr/lib/dracut").folder("/usr/lib/initcpio");
        assertThat(reason()).contains("several: dracut, mkinitcpio");
    }

    /// It went into vfio with Linux 6.2, and a tool that is told of it by name fails since.
    @Test
    void vfioVirqfdIsNeverNamed() throws IOException {
        debian();
        assertThat(text(result())).doesNotContain("virqfd");
        archLinux().presets();
        Files.move(root.resolve("usr/share/initramfs-tools"), root.resolve("gone"));
        assertThat(text(result())).doesNotContain("virqfd").contains("'vfio_pci?'");
    }

    /// dracut reads no other files from its folder.
    @Test
    void nothingIsPutIntoDracutsFolderForConfiguration() throws IOException {
        fedoraLinux();
        assertThat(written(result()).keySet()).noneMatch(p -> p.startsWith("/etc/dracut.conf.d"));
    }

    /// What is written is a script to the shell that runs it.
    @Test
    void everyScriptCanBeParsed() throws Exception {
        Map<String, String> all = new LinkedHashMap<>(written(debian().result()));
        Files.move(root.resolve("usr/share/initramfs-tools"), root.resolve("gone"));
        all.putAll(written(archLinux().presets().result()));
        Files.move(root.resolve("usr/lib/initcpio"), root.resolve("gone too"));
        all.putAll(written(fedoraLinux().result()));
        for (Map.Entry<String, String> script : all.entrySet()) {
            if (script.getValue().startsWith("#!")) {
                Path file = Files.writeString(root.resolve("script"), script.getValue());
                String shell = script.getValue().startsWith("#!/bin/bash") ? "bash" : "sh";
                Process process = new ProcessBuilder(shell, "-n", file.toString())
                        .redirectErrorStream(true)
                        .start();
                assertThat(process.getInputStream().readAllBytes())
                        .as(script.getKey())
                        .isEmpty();
                assertThat(process.waitFor()).isZero();
            }
        }
        assertThat(all).hasSize(10);
    }

    @Test
    void whatIsRunHasAShellsFirstLine() throws IOException {
        debian();
        assertThat(written(result()))
                .allSatisfy((path, text) -> assertThat(text.startsWith("#!"))
                        .as(path)
                        .isEqualTo(!path.endsWith(".service") && !path.endsWith(".conf")));
    }
}
