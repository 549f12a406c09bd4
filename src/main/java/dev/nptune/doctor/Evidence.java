package dev.nptune.doctor;

/// What a rule rests on.
///
/// @param where a path on the host, or an XPath into the domain XML
/// @param found the value there, `(absent)` if there is none
/// @param wanted what would be right
public record Evidence(String where, String found, String wanted) {}
