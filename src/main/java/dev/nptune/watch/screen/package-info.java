/// What `watch` shows, as values: screens of lines, and the way from one screen to the next.
@NullMarked
package dev.nptune.watch.screen;

import org.jspecify.annotations.NullMarked;
