/// Files and folders as a whole.
@NullMarked
package dev.nptune.internal.files;

import org.jspecify.annotations.NullMarked;
