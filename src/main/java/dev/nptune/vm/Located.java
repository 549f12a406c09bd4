package dev.nptune.vm;

/// A value and where it stands in a domain's XML.
///
/// @param path XPath relative to `/domain`
/// @param value the value
/// @param <T> its type
public record Located<T>(String path, T value) {}
