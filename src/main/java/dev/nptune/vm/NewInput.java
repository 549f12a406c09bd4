package dev.nptune.vm;

import java.util.List;

/// Keyboard and mouse of a VM that is made anew.
public sealed interface NewInput {

    /// Virtio devices that a viewer sends to, over SPICE.
    record Virtio() implements NewInput {}

    /// The host's own devices; both Ctrl keys together hand all of them over and back.
    ///
    /// @param keyboards absolute paths, `/dev/input/by-id/…-event-kbd`
    /// @param mice absolute paths, `/dev/input/by-id/…-event-mouse`
    record Evdev(List<String> keyboards, List<String> mice) implements NewInput {
        public Evdev {
            keyboards = List.copyOf(keyboards);
            mice = List.copyOf(mice);
            if (keyboards.isEmpty()) {
                throw new IllegalArgumentException("no keyboard: nothing could hand the devices back to the host");
            }
            keyboards.forEach(path -> NewValues.path("keyboard", path));
            mice.forEach(path -> NewValues.path("mouse", path));
        }
    }
}
