/// A whole Debian that boots by itself in the emulated AMD machine, for what must survive reboots and power cuts.
@NullMarked
package dev.nptune.lab.debian;

import org.jspecify.annotations.NullMarked;
