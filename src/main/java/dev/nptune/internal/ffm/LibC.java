package dev.nptune.internal.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions of the C library.
///
/// @param ioctl ```c
///     int ioctl(int fd, unsigned long request, void *argument);
///     ```
///     (its third parameter is a variadic one); empty where there is none or native access is denied
record LibC(Optional<MethodHandle> ioctl) {
    /// Looks them up in what the JVM itself is linked with.
    static LibC load() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor ioctl = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
        try {
            return new LibC(linker.defaultLookup()
                    .find("ioctl")
                    .map(f -> linker.downcallHandle(f, ioctl, Linker.Option.firstVariadicArg(2))));
        } catch (IllegalCallerException _) {
            return new LibC(Optional.empty());
        }
    }
}
