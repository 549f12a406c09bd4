/// Disk benchmarks: what fio and CrystalDiskMark say, and whether to believe it.
@NullMarked
package dev.nptune.bench.disk;

import org.jspecify.annotations.NullMarked;
