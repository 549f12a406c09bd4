package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.CardRequest;
import dev.nptune.plan.NewVm;
import dev.nptune.plan.Request;
import dev.nptune.vm.NewDevices;
import dev.nptune.vm.NewDomain;
import dev.nptune.vm.NewInput;
import dev.nptune.vm.NewNetwork;
import dev.nptune.vm.NewScreen;
import dev.nptune.vm.NewSound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a person asks of a VM that is not there yet.
final class NewVmOptions {
    private static final Pattern GLASS = Pattern.compile("looking-glass(?:[:=]([0-9]{1,5})x([0-9]{1,5}))?");

    @Option(names = "--new", paramLabel = "NAME", description = "Plan a VM from nothing, under that name.")
    private @Nullable String name;

    @Option(
            names = "--os",
            paramLabel = "OS",
            description = "What runs in it: win11, win10 or linux; told from the name or the ISO where they say so.")
    private @Nullable String os;

    @Option(
            names = "--gpu",
            paramLabel = "CARD",
            description = "The card to pass: auto, an address as 0000:0a:00.0, or vendor:device.")
    private @Nullable String gpu;

    @Option(
            names = "--disk",
            paramLabel = "PATH",
            description = "A disk: a block device, or an image that ends with .qcow2, .raw or .img.")
    private List<String> disks = List.of();

    @Option(names = "--iso", paramLabel = "FILE", description = "A CD: the installer first, then drivers.")
    private List<String> isos = List.of();

    @Option(
            names = "--network",
            paramLabel = "NET",
            description = "Network: none, a libvirt network (default: default), or bridge:br0.")
    private String network = "default";

    @Option(
            names = "--evdev",
            split = ",",
            paramLabel = "DEVICE",
            description = "Keyboard and mice of the host by /dev/input/by-id/...; both Ctrl keys hand them over.")
    private List<String> evdev = List.of();

    @Option(
            names = "--sound",
            paramLabel = "WHERE",
            description = "Sound: none, spice, pipewire:/run/user/1000, or pulse:/run/user/1000/pulse/native.")
    private @Nullable String sound;

    @Option(
            names = "--screen",
            paramLabel = "HOW",
            description = "How it is looked at: viewer, monitor (the passed card's), or looking-glass:3840x2160.")
    private @Nullable String screen;

    @Option(
            names = "--pass",
            paramLabel = "ADDRESS",
            description =
                    "Another PCI function to pass: a USB controller or an NVMe drive. May be given several times.")
    private List<String> pass = List.of();

    @Option(names = "--rom", paramLabel = "FILE", description = "A copy of the card's ROM, where its own is of no use.")
    private @Nullable String rom;

    /// Whether a new VM is asked for.
    boolean isAsked() {
        return name != null;
    }

    /// Fails if something was given that counts only for a new VM.
    void refuseWithoutName() throws UserException {
        boolean any = os != null
                || gpu != null
                || !disks.isEmpty()
                || !isos.isEmpty()
                || !evdev.isEmpty()
                || sound != null
                || screen != null
                || !pass.isEmpty()
                || rom != null
                || !network.equals("default");
        if (any) {
            throw wrong(
                    "--os, --gpu, --disk, --iso, --network, --evdev, --sound, --screen, --pass and --rom are for a new VM",
                    "add --new NAME, or leave them out");
        }
    }

    /// @param here whether the machine is this one, whose files can be looked at
    /// @param host the machine, whose VMs' disks are compared
    NewVm wish(Request request, boolean here, Host host) throws UserException {
        String called = name == null ? "" : name;
        try {
            NewDomain.name(called);
            List<NewVm.Disk> found = new NewVmDisks(here, host).of(disks);
            List<String> images = isos(here);
            return new NewVm(
                    called,
                    GuestNames.of(os, called, images),
                    request.goal(),
                    gpuOf(),
                    found,
                    images,
                    request.vcpus(),
                    request.memoryBytes(),
                    network(),
                    input(),
                    sound(),
                    screen(),
                    request.latencies(),
                    addresses(),
                    rom(here),
                    request.host());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()), "see: nptune plan --help");
        }
    }

    private Optional<String> gpuOf() throws UserException {
        if (gpu != null && !gpu.equals("none")) {
            try {
                CardRequest.parse(gpu);
            } catch (IllegalArgumentException e) {
                throw wrong(
                        "--gpu " + Printable.line(gpu) + " is " + e.getMessage(), "list the cards with: nptune scan");
            }
        }
        return Optional.ofNullable(gpu).filter(g -> !g.equals("none"));
    }

    private List<PciAddress> addresses() throws UserException {
        List<PciAddress> all = new ArrayList<>();
        for (String address : pass) {
            try {
                all.add(PciAddress.parse(address));
            } catch (IllegalArgumentException _) {
                throw wrong(
                        "--pass " + Printable.line(address) + " is no PCI address such as 0000:0a:00.0",
                        "list the devices with: nptune scan");
            }
        }
        return all;
    }

    private Optional<String> rom(boolean here) throws UserException {
        if (rom == null) {
            return Optional.empty();
        }
        if (gpuOf().isEmpty()) {
            throw wrong("--rom is the passed card's, and no card is passed", "say --gpu auto, or leave out --rom");
        }
        String path = absolute(rom);
        if (here && !Files.isRegularFile(Path.of(path))) {
            throw wrong("there is no file " + Printable.line(path), "give the ROM file's path");
        }
        return Optional.of(path);
    }

    private List<String> isos(boolean here) throws UserException {
        if (isos.size() > NewDevices.MOST_ISOS) {
            throw wrong("more than " + NewDevices.MOST_ISOS + " ISO images", "leave some out");
        }
        List<String> all = new ArrayList<>();
        for (String iso : isos) {
            String path = absolute(iso);
            if (here && !Files.isRegularFile(Path.of(path))) {
                throw wrong("there is no image " + Printable.line(path), "give the ISO file's path");
            }
            all.add(path);
        }
        return all;
    }

    static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private NewNetwork network() {
        if (network.equals("none")) {
            return new NewNetwork.None();
        }
        return network.startsWith("bridge:") || network.startsWith("bridge=")
                ? new NewNetwork.Bridge(network.substring(7))
                : new NewNetwork.Network(network);
    }

    /// Of several devices those are keyboards whose names say so, as udev's do.
    private NewInput input() {
        if (evdev.isEmpty()) {
            return new NewInput.Virtio();
        }
        List<String> keyboards = evdev.stream().filter(d -> d.contains("kbd")).toList();
        return new NewInput.Evdev(
                keyboards, evdev.stream().filter(d -> !keyboards.contains(d)).toList());
    }

    private NewSound sound() throws UserException {
        if (sound == null) {
            return screen() instanceof NewScreen.Monitor ? new NewSound.None() : new NewSound.Spice();
        }
        String where = sound.replaceFirst("^[a-z]+[:=]?", "");
        return switch (sound.replaceFirst("[:=].*", "")) {
            case "none" -> new NewSound.None();
            case "spice" -> new NewSound.Spice();
            case "pipewire" -> new NewSound.Pipewire(where);
            case "pulse", "pulseaudio" -> new NewSound.Pulseaudio(where);
            default ->
                throw wrong(
                        "--sound " + Printable.line(sound) + " is not known",
                        "use one of: none, spice, pipewire:/run/user/1000, pulse:/run/user/1000/pulse/native");
        };
    }

    /// A viewer unless keyboard and mouse are the host's own: without one nothing could be typed.
    private NewScreen screen() throws UserException {
        if (screen == null) {
            boolean monitor = gpu != null && !gpu.equals("none") && !evdev.isEmpty();
            return monitor ? new NewScreen.Monitor() : new NewScreen.Viewer(NewScreen.Video.VGA);
        }
        Matcher glass = GLASS.matcher(screen);
        if (glass.matches()) {
            int width = glass.group(1) == null ? 1920 : Integer.parseInt(glass.group(1));
            int height = glass.group(2) == null ? 1080 : Integer.parseInt(glass.group(2));
            return new NewScreen.LookingGlass(width, height, false, false);
        }
        if (screen.equals("monitor") && gpuOf().isEmpty()) {
            throw wrong(
                    "--screen monitor is the passed card's, and no card is passed",
                    "say --gpu auto, or --screen viewer");
        }
        return switch (screen) {
            case "viewer" -> new NewScreen.Viewer(NewScreen.Video.VGA);
            case "monitor" -> new NewScreen.Monitor();
            default ->
                throw wrong(
                        "--screen " + Printable.line(screen) + " is not known",
                        "use one of: viewer, monitor, looking-glass:WIDTHxHEIGHT");
        };
    }

    static UserException wrong(String what, String next) {
        return new UserException(Exit.WRONG_USE, what, next);
    }
}
