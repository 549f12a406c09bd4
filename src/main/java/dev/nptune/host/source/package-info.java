/// Where a machine is read from when it is not this one: a snapshot somebody posted, or a machine behind SSH.
@NullMarked
package dev.nptune.host.source;

import org.jspecify.annotations.NullMarked;
