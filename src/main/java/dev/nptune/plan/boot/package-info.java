/// What a machine boots from: kernel arguments in every boot loader, initramfs images, and the way back from a boot
/// that does not come up.
@NullMarked
package dev.nptune.plan.boot;

import org.jspecify.annotations.NullMarked;
