/// The emulated AMD machine: builds, boots, drives and measures it.
@NullMarked
package dev.nptune.lab;

import org.jspecify.annotations.NullMarked;
