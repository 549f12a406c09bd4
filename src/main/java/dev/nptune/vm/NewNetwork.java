package dev.nptune.vm;

/// What the virtio network card of a VM that is made anew is connected to.
public sealed interface NewNetwork {

    /// No card.
    record None() implements NewNetwork {}

    /// One of libvirt's networks; `default` is NAT behind the host.
    record Network(String name) implements NewNetwork {
        public Network {
            NewValues.word("network", name);
        }
    }

    /// A bridge of the host.
    record Bridge(String name) implements NewNetwork {
        /// The longest name of a network interface that Linux has.
        private static final int MOST = 15;

        public Bridge {
            NewValues.word("bridge", name);
            if (name.length() > MOST || name.contains("/")) {
                throw new IllegalArgumentException("no network interface: " + NewValues.quoted(name));
            }
        }
    }
}
