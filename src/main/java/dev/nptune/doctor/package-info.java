/// Rules that look at a host and a domain and answer finding, clear or unknown. Pure: no file, process or clock.
@NullMarked
package dev.nptune.doctor;

import org.jspecify.annotations.NullMarked;
