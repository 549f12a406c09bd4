/// Kernel modules built from patched source against the kernel that runs: what a patch touches, the build itself, the
/// checks on its result, installing and taking back.
@NullMarked
package dev.nptune.kernel.module;

import org.jspecify.annotations.NullMarked;
