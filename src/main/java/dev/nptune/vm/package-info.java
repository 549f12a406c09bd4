/// A libvirt domain as a value that edits without disturbing the text around, and the way to libvirt.
@NullMarked
package dev.nptune.vm;

import org.jspecify.annotations.NullMarked;
