package dev.nptune.vm;

/// How a VM that is made anew is looked at.
public sealed interface NewScreen {

    /// On the monitor at the card that is passed through, and nowhere else.
    record Monitor() implements NewScreen {}

    /// In a viewer on this machine.
    record Viewer(Video video) implements NewScreen {}

    /// The emulated display device.
    enum Video {
        /// Needs a driver in the guest for more than the firmware's resolution; Linux has it.
        VIRTIO,
        VGA
    }

    /// In Looking Glass, which reads the passed card's frames from memory shared with the guest; keys and sound go over
    /// SPICE.
    ///
    /// @param width of the largest picture, in pixels
    /// @param height of the largest picture, in pixels
    /// @param hdr whether a pixel has 64 bits instead of 32
    /// @param kvmfr whether the memory is that of the kernel module's `/dev/kvmfr0` instead of `/dev/shm`; an
    ///     argument of QEMU's own asks for it, since libvirt cannot
    record LookingGlass(int width, int height, boolean hdr, boolean kvmfr) implements NewScreen {
        private static final long MIB = 1L << 20;
        private static final int LARGEST = 16_384;

        public LookingGlass {
            if (width < 1 || height < 1 || width > LARGEST || height > LARGEST) {
                throw new IllegalArgumentException("a picture of " + width + " × " + height + " pixels");
            }
        }

        /// Size of the shared memory: two frames and 10 MiB, rounded up to a power of two.
        ///
        /// Source: Looking Glass, `doc/install_libvirt.rst`, "Determining memory"
        public long mebibytes() {
            long needed = (long) width * height * (hdr ? 8 : 4) * 2 + 10 * MIB;
            return Long.highestOneBit((needed - 1) / MIB) * 2;
        }
    }
}
