package dev.nptune.vm;

/// A CPU feature set by name.
///
/// @param path XPath relative to `/domain`
/// @param name libvirt's name for it
/// @param policy `force`, `require` (libvirt's default), `optional`, `disable` or `forbid`
public record CpuFeature(String path, String name, String policy) {
    /// Whether the guest is to see it.
    public boolean on() {
        return policy.equals("require") || policy.equals("force");
    }

    /// Whether the guest is not to see it.
    public boolean off() {
        return policy.equals("disable") || policy.equals("forbid");
    }
}
