package dev.nptune.internal.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions of the C library, in what the JVM itself is linked with. Each is looked up only by whom needs it, and is
/// empty where there is none or native access is denied.
final class LibC {
    private LibC() {}

    /// ```c
    /// int ioctl(int fd, unsigned long request, void *argument);
    /// ```
    /// (its third parameter is a variadic one)
    static Optional<MethodHandle> ioctl() {
        return find(
                "ioctl",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
    }

    /// ```c
    /// int open(const char *path, int flags);
    /// ```
    /// (a mode, which is variadic, is left out)
    static Optional<MethodHandle> open() {
        return find(
                "open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    /// ```c
    /// int close(int fd);
    /// ```
    static Optional<MethodHandle> close() {
        return find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /// A function of that name.
    static Optional<MethodHandle> find(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        try {
            return linker.defaultLookup().find(name).map(f -> linker.downcallHandle(f, descriptor, options));
        } catch (IllegalCallerException _) {
            return Optional.empty();
        }
    }
}
