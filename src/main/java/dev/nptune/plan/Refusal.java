package dev.nptune.plan;

/// Why there is no plan: the machine cannot run the VM as asked.
///
/// @param reason what stands against it, without a full stop
/// @param next what a person can do about it
public record Refusal(String reason, String next) implements PlanResult, DeviceAdvice {}
