package dev.nptune.vm;

/// The memory balloon of a domain.
///
/// @param path XPath relative to `/domain`
/// @param model `virtio`, `none`, …
/// @param implied whether the XML names none, in which case libvirt adds a virtio one
public record Memballoon(String path, String model, boolean implied) {}
