package dev.nptune.host;

/// A display output of a graphics card.
///
/// @param name as on the card, without the kernel's card number: `HDMI-A-1`, `DP-2`
/// @param card the kernel's card: `card0`; its number can change from boot to boot
/// @param status `connected`, `disconnected`, `unknown`
/// @param enabled whether a picture goes out there
/// @param monitor what the monitor calls itself, or maker and product code; absent if nothing is connected
public record Connector(String name, String card, Fact<String> status, Fact<Boolean> enabled, Fact<String> monitor) {}
