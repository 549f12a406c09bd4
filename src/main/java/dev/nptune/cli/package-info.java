/// The command line: parses, calls, shows.
@NullMarked
package dev.nptune.cli;

import org.jspecify.annotations.NullMarked;
