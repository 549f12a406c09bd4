package dev.nptune.plan;

/// What comes of planning: a plan, or a refusal where the machine cannot run the VM.
public sealed interface PlanResult permits Plan, Refusal {}
