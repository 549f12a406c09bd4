package dev.nptune.apply;

import dev.nptune.host.PciAddress;
import dev.nptune.plan.Change.BindDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Moves PCI functions between drivers by `driver_override`, which names one function by its address and so
/// cannot catch its twin. The function's ids must match as well: after a card was moved the address alone
/// is another card's.
final class DriverExecutor implements ChangeExecutor<BindDriver, Undo.OfDriver> {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NOT_SET = "(null)";

    private final Machine machine;

    DriverExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(BindDriver change) throws IOException {
        List<String> another = differences(change.address(), change.id());
        if (!another.isEmpty()) {
            return another;
        }
        Path device = device(change.address());
        String driver = driver(device);
        if (!Objects.equals(driver, change.before())) {
            return List.of("PCI function " + change.address() + " was bound to " + named(change.before())
                    + ", is now bound to " + named(driver));
        }
        if (!Files.exists(device.resolve("driver_override"))) {
            return List.of(device + " has no driver_override");
        }
        if (!registered(change.after()) && !machine.modules().knows(change.after())) {
            return List.of("there is no driver " + change.after() + " in this kernel, and no module of that name");
        }
        return List.of();
    }

    /// Whether a function is there no more, or is another one.
    List<String> differences(PciAddress address, String expected) throws IOException {
        Path device = device(address);
        if (!Files.isDirectory(device)) {
            return List.of("there is no PCI function " + address);
        }
        String id = id(device);
        return id.equals(expected)
                ? List.of()
                : List.of("PCI function " + address + " was " + expected + ", is now " + id
                        + ": another card is in that slot");
    }

    @Override
    public List<String> steps(BindDriver change) throws IOException {
        Path device = device(change.address());
        List<String> out = new ArrayList<>();
        if (!registered(change.after())) {
            out.add(Text.commandLine(machine.modules().loading(change.after())));
        }
        out.add(writing(change.after(), device.resolve("driver_override")));
        out.addAll(moving(device, change.address(), true));
        return out;
    }

    @Override
    public List<String> stepsBack(Undo.OfDriver undo, Place place) throws IOException {
        Path device = device(undo.address());
        if (!Files.isDirectory(device) || isAsBefore(undo, place)) {
            return List.of();
        }
        String before = undo.before();
        List<String> out = new ArrayList<>();
        if (!Objects.equals(driver(device), before)) {
            List<String> moves = moving(device, undo.address(), before != null);
            out.addAll(moves);
            if (before != null) {
                out.add(moves.size() - 1, writing(before, device.resolve("driver_override")));
            }
        }
        String override = undo.beforeOverride();
        out.add(writing(override == null ? "" : override, device.resolve("driver_override")));
        if (undo.load()) {
            out.add(Text.commandLine(machine.modules().unloading(undo.after())));
        }
        return out;
    }

    private List<String> moving(Path device, PciAddress address, boolean bind) throws IOException {
        List<String> out = new ArrayList<>();
        if (driver(device) != null) {
            out.add(writing(address.toString(), device.resolve("driver/unbind")));
        }
        if (bind) {
            out.add(writing(address.toString(), machine.locate("/sys/bus/pci/drivers_probe")));
        }
        return out;
    }

    private static String writing(String value, Path file) {
        return "write " + Text.quoted(value) + " to " + file;
    }

    @Override
    public List<String> lapsed(BindDriver change, Undo.OfDriver undo) throws IOException {
        String now = driver(device(change.address()));
        return change.after().equals(now)
                ? List.of()
                : List.of("PCI function " + change.address() + " was given to " + change.after() + ", is now bound to "
                        + named(now));
    }

    @Override
    public Undo.OfDriver prepare(BindDriver change, Place place) throws IOException {
        Path device = device(change.address());
        return new Undo.OfDriver(
                change.address(),
                change.id(),
                change.before(),
                override(device),
                change.after(),
                !registered(change.after()));
    }

    @Override
    public Undo.OfDriver act(BindDriver change, Undo.OfDriver undo, Place place) throws IOException {
        if (undo.load()) {
            machine.modules().load(change.after());
        }
        Path device = device(change.address());
        SysfsFile.write(device.resolve("driver_override"), change.after());
        unbind(device, change.address());
        place.at(FaultHook.Phase.DURING_ACT);
        probe(change.address());
        return undo;
    }

    @Override
    public void verify(BindDriver change, Undo.OfDriver undo) throws IOException {
        Path device = device(change.address());
        if (!SysfsFile.settles(LIMIT, () -> change.after().equals(driver(device)))) {
            throw new IOException("PCI function " + change.address() + " was given to " + change.after()
                    + " but is bound to " + named(driver(device)) + "; the kernel log (dmesg) says why");
        }
    }

    @Override
    public void check(Undo.OfDriver undo, Place place, UndoMode mode) throws IOException {
        Path device = device(undo.address());
        if (mode.force()
                || mode.rebooted()
                || !Files.isDirectory(device)
                || !id(device).equals(undo.id())) {
            return;
        }
        String now = driver(device);
        if (!isKnown(now, undo)) {
            throw new ConflictException(
                    "PCI function " + undo.address() + " was bound to " + now + " after the change was made",
                    "leave it");
        }
    }

    private static boolean isKnown(@Nullable String driver, Undo.OfDriver undo) {
        return driver == null || driver.equals(undo.after()) || driver.equals(undo.before());
    }

    @Override
    public String undo(Undo.OfDriver undo, Place place, UndoMode mode) throws IOException {
        Path device = device(undo.address());
        if (!Files.isDirectory(device)) {
            return "PCI function " + undo.address() + " is not there any more";
        }
        if (!id(device).equals(undo.id())) {
            return "another card is at " + undo.address() + " now; it was left alone";
        }
        String now = driver(device);
        check(undo, place, mode);
        if (!isKnown(now, undo) && !mode.force()) {
            return "the drivers were bound anew when the machine booted";
        }
        if (!Objects.equals(now, undo.before())) {
            rebind(device, undo, place);
        }
        if (!Objects.equals(override(device), undo.beforeOverride())) {
            String override = undo.beforeOverride();
            SysfsFile.write(device.resolve("driver_override"), override == null ? "" : override);
        }
        return undo.load() ? unload(undo.after()) : "";
    }

    private void rebind(Path device, Undo.OfDriver undo, Place place) throws IOException {
        String before = undo.before();
        unbind(device, undo.address());
        place.at(FaultHook.Phase.DURING_UNDO);
        if (before != null) {
            SysfsFile.write(device.resolve("driver_override"), before);
            probe(undo.address());
        }
        if (!SysfsFile.settles(LIMIT, () -> Objects.equals(driver(device), before))) {
            throw new IOException("PCI function " + undo.address() + " was given back to " + named(before)
                    + " but is bound to " + named(driver(device)) + "; reboot to have it bound anew");
        }
    }

    private String unload(String module) {
        try {
            machine.modules().unload(module);
            return "";
        } catch (IOException e) {
            return "module " + module + " stays loaded: " + e.getMessage();
        }
    }

    @Override
    public boolean isAsBefore(Undo.OfDriver undo, Place place) throws IOException {
        Path device = device(undo.address());
        return Objects.equals(driver(device), undo.before()) && Objects.equals(override(device), undo.beforeOverride());
    }

    @Override
    public String byHand(Undo.OfDriver undo, Place place) {
        String devices = machine.root().resolve("sys/bus/pci/devices") + "/" + undo.address();
        String before = undo.before();
        String back = before == null
                ? ""
                : "; echo " + undo.address() + " > " + machine.root().resolve("sys/bus/pci/drivers") + "/" + before
                        + "/bind";
        return "echo > " + devices + "/driver_override; echo " + undo.address() + " > " + devices + "/driver/unbind"
                + back + " (or reboot)";
    }

    private Path device(PciAddress address) throws IOException {
        return machine.locate("/sys/bus/pci/devices/" + address);
    }

    private boolean registered(String driver) throws IOException {
        return Files.isDirectory(machine.locate("/sys/bus/pci/drivers/" + Modules.checked(driver)));
    }

    private static String id(Path device) throws IOException {
        return hex(device.resolve("vendor")) + ":" + hex(device.resolve("device"));
    }

    private static String hex(Path file) throws IOException {
        String text = SysfsFile.read(file);
        return text.startsWith("0x") ? text.substring(2) : text;
    }

    private static @Nullable String driver(Path device) throws IOException {
        Path link = device.resolve("driver");
        return Files.isSymbolicLink(link)
                ? String.valueOf(Files.readSymbolicLink(link).getFileName())
                : null;
    }

    private static @Nullable String override(Path device) throws IOException {
        String text = SysfsFile.read(device.resolve("driver_override"));
        return text.isEmpty() || text.equals(NOT_SET) ? null : text;
    }

    private static void unbind(Path device, PciAddress address) throws IOException {
        if (driver(device) != null) {
            SysfsFile.write(device.resolve("driver/unbind"), address.toString(), LIMIT);
        }
    }

    private void probe(PciAddress address) throws IOException {
        SysfsFile.write(machine.locate("/sys/bus/pci/drivers_probe"), address.toString(), LIMIT);
    }

    private static String named(@Nullable String driver) {
        return driver == null ? "no driver" : driver;
    }
}
