package dev.nptune.vm;

/// Where the sound of a VM that is made anew goes.
public sealed interface NewSound {

    /// Nowhere: no sound card but what is passed through.
    record None() implements NewSound {}

    /// To the viewer, over SPICE.
    record Spice() implements NewSound {}

    /// To a person's PipeWire; libvirt 9.10 is the first that knows it.
    ///
    /// @param runtimeDir absolute path, `/run/user/1000`
    record Pipewire(String runtimeDir) implements NewSound {
        public Pipewire {
            NewValues.path("PipeWire's folder", runtimeDir);
        }
    }

    /// To a person's PulseAudio, or PipeWire in its stead.
    ///
    /// @param socket absolute path, `/run/user/1000/pulse/native`
    record Pulseaudio(String socket) implements NewSound {
        public Pulseaudio {
            NewValues.path("PulseAudio's socket", socket);
        }
    }
}
