/// What a dump tells of the guests in it: PAT, memory types, page sizes, mappings of passed-through devices.
@NullMarked
package dev.nptune.paging.inspect;

import org.jspecify.annotations.NullMarked;
