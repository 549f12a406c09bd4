/// What holds for the project as a whole: its rooms, its scripts.
@NullMarked
package dev.nptune;

import org.jspecify.annotations.NullMarked;
