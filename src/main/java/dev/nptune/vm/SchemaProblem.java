package dev.nptune.vm;

/// Something in a domain's XML that libvirt's schema does not allow.
///
/// @param line the line of the element in question, from 1
/// @param message what is wrong with it, in one short line that is safe to print
public record SchemaProblem(int line, String message) {}
