package dev.nptune.plan;

import dev.nptune.host.ConfigSpace;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciTree;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Names devices for people.
final class DeviceWords {
    private DeviceWords() {}

    /// `0000:0a:00.0 (10de:1b81, GP104 [GeForce GTX 1070])`; without a name the class.
    static String of(PciFunction function) {
        Optional<String> name = function.identity()
                .device()
                .get()
                .or(() -> function.identity().className().get());
        return function.address() + " (" + function.id()
                + name.map(n -> ", " + n).orElse("") + ")";
    }

    /// Addresses alone.
    static String addresses(List<PciFunction> functions) {
        return functions.stream().map(f -> f.address().toString()).collect(Collectors.joining(", "));
    }

    /// As [#of], with the number of the slot it is in where the board tells.
    static String withSlot(Host host, PciFunction function) {
        return new PciTree(host.pci())
                .bridges(function).stream()
                        .flatMap(bridge -> slot(bridge).stream())
                        .findFirst()
                        .map(slot -> of(function) + " in slot " + slot)
                        .orElseGet(() -> of(function));
    }

    private static Optional<Integer> slot(PciFunction bridge) {
        return bridge.config()
                .get()
                .flatMap(c -> c.express().get())
                .filter(ConfigSpace.Express::slotImplemented)
                .flatMap(e -> e.slot().get());
    }

    static PassedFunction passed(PciFunction function) {
        return new PassedFunction(function.address(), function.id());
    }

    static List<PassedFunction> passed(List<PciFunction> functions) {
        return functions.stream().map(DeviceWords::passed).toList();
    }

    static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
