package dev.nptune.internal.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions of the C library; each is empty where there is none or native access is denied.
///
/// @param ioctl ```c
///     int ioctl(int fd, unsigned long request, void *argument);
///     ```
///     (its third parameter is a variadic one)
/// @param open ```c
///     int open(const char *path, int flags);
///     ```
///     (a mode, which is variadic, is left out)
/// @param close ```c
///     int close(int fd);
///     ```
/// @param syncfs ```c
///     int syncfs(int fd);
///     ```
record LibC(
        Optional<MethodHandle> ioctl,
        Optional<MethodHandle> open,
        Optional<MethodHandle> close,
        Optional<MethodHandle> syncfs) {
    /// Looks them up in what the JVM itself is linked with.
    static LibC load() {
        FunctionDescriptor ioctl = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
        FunctionDescriptor open =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor ofFile = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        try {
            return new LibC(
                    find("ioctl", ioctl, Linker.Option.firstVariadicArg(2)),
                    find("open", open, Linker.Option.firstVariadicArg(2)),
                    find("close", ofFile),
                    find("syncfs", ofFile));
        } catch (IllegalCallerException _) {
            return new LibC(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    private static Optional<MethodHandle> find(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(f -> linker.downcallHandle(f, descriptor, options));
    }
}
