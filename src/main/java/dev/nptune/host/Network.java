package dev.nptune.host;

import java.util.List;
import java.util.Objects;

/// Network interfaces, and which of them lead out.
///
/// Interfaces named after their MAC address (`enx…`, `wlx…`, `wwx…`, adapters on USB) are left out: the name is a
/// serial
/// number.
///
/// @param interfaces in name order
/// @param defaultRoutes names of the interfaces that a default route goes over, each once; one of [#UNNAMED] for
///     one that is left out
public record Network(Fact<List<Interface>> interfaces, Fact<List<String>> defaultRoutes) {
    /// What is left of the name of an interface that is named after its address: the kind (Ethernet, WLAN, mobile
    /// network) and `x`, as systemd.net-naming-scheme(7) has it.
    public static final List<String> UNNAMED = List.of("enx", "wlx", "wwx");

    public Network {
        Objects.requireNonNull(interfaces);
        Objects.requireNonNull(defaultRoutes);
    }

    /// One of which nothing was read.
    public static Network unread(String reason) {
        return new Network(
                Fact.unreadable(NetworkReader.INTERFACES, reason), Fact.unreadable(NetworkReader.ROUTES, reason));
    }

    /// A network interface.
    ///
    /// @param name `enp5s0`, `br0`
    /// @param functions the PCI functions on the way to it, the nearest first; known and empty for one without a
    ///     device on PCI
    /// @param state `up`, `down`, `unknown` …
    /// @param on the interfaces it is made of: ports of a bridge, members of a bond, what a VLAN lies on
    public record Interface(String name, Fact<List<PciAddress>> functions, Fact<String> state, List<String> on) {
        public Interface {
            on = List.copyOf(on);
        }
    }
}
