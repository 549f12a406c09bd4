@NullMarked
package dev.nptune.host.source;

import org.jspecify.annotations.NullMarked;
