/// Numbers that are made of frame times, each under the name of the tool whose definition it is.
///
/// The same word means different things from tool to tool: one capture has a 1 % low of 59.4, 29.5 or 12.5 fps.
/// [Metrics] lists the definitions; [Judged] says what a capture is good for, and what is refused of it.
@NullMarked
package dev.nptune.bench.metric;

import org.jspecify.annotations.NullMarked;
