package dev.nptune.internal.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions of the C library that say where a thread may run. A `pid` of 0 is the calling thread. Each is empty where
/// there is none or native access is denied.
///
/// @param setAffinity ```c
///     int sched_setaffinity(pid_t pid, size_t cpusetsize, const cpu_set_t *mask);
///     ```
/// @param getAffinity ```c
///     int sched_getaffinity(pid_t pid, size_t cpusetsize, cpu_set_t *mask);
///     ```
record Scheduler(Optional<MethodHandle> setAffinity, Optional<MethodHandle> getAffinity) {
    static Scheduler load() {
        return new Scheduler(find("sched_setaffinity"), find("sched_getaffinity"));
    }

    private static Optional<MethodHandle> find(String name) {
        Linker linker = Linker.nativeLinker();
        MemoryLayout size = linker.canonicalLayouts().get("size_t");
        FunctionDescriptor affinity =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, size, ValueLayout.ADDRESS);
        if (size == null || size.byteSize() != Long.BYTES) {
            return Optional.empty();
        }
        return LibC.find(name, affinity);
    }
}
