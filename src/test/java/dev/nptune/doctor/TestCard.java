package dev.nptune.doctor;

import dev.nptune.host.ConfigSpace;
import dev.nptune.host.Connector;
import dev.nptune.host.Fact;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciLink;
import dev.nptune.host.PciResources;
import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.host.PciResources.Space;
import dev.nptune.host.PciState;
import java.util.List;

/// A sound PCI function to change in one place: all its lanes in use, no BAR that could be larger, a reset of its own.
public final class TestCard {
    public static final String GPU = "/sys/bus/pci/devices/0000:01:00.0";

    private final PciAddress address;
    private final String directory;
    private final int code;
    public int vendor = 0x1002;
    public int device = 0x67df;
    public Fact<Boolean> bootVga;
    public Fact<PciAddress> parent;
    public List<Connector> connectors = List.of();
    public Fact<Double> maxSpeed;
    public Fact<Integer> width;
    public Fact<Integer> maxWidth;
    public Fact<List<Bar>> bars;
    public Fact<List<ResizableBar>> resizable;
    public Fact<List<String>> resets;
    public Fact<ConfigSpace> config;

    public TestCard(String address, int code) {
        this.address = PciAddress.parse(address);
        this.directory = "/sys/bus/pci/devices/" + this.address;
        this.code = code;
        bootVga = Fact.known(false, directory + "/boot_vga");
        parent = Fact.absent(directory);
        maxSpeed = Fact.unreadable(directory + "/max_link_speed", "not in this test");
        width = Fact.known(16, directory + "/current_link_width");
        maxWidth = Fact.known(16, directory + "/max_link_width");
        bars = Fact.known(
                List.of(
                        new Bar(0, Space.MEMORY, 0xe000_0000L, 256L << 20, true, true, true),
                        new Bar(4, Space.IO, 0xe000, 256, false, false, true)),
                directory + "/resource");
        resizable = Fact.known(List.of(), directory + "/config");
        config = Fact.unreadable(directory + "/config", "not in this test");
        resets = Fact.known(List.of("flr", "bus"), directory + "/reset_method");
    }

    public PciFunction function(Fact<String> driver, Fact<Integer> group) {
        String reason = "not in this test";
        PciFunction basics = PciFunction.ofBasics(address, code, vendor, device, driver, group, reason);
        return new PciFunction(
                address,
                code,
                vendor,
                device,
                driver,
                group,
                basics.numaNode(),
                bootVga,
                basics.identity(),
                parent,
                new PciLink(basics.link().currentSpeed(), maxSpeed, width, maxWidth),
                new PciResources(bars, basics.resources().rom(), resizable),
                new PciState(
                        resets,
                        basics.state().msiAllowed(),
                        basics.state().msiIrqs(),
                        basics.state().power(),
                        basics.state().d3coldAllowed(),
                        basics.state().runtimeStatus()),
                config,
                connectors);
    }
}
