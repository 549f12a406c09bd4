package dev.nptune.plan.boot;

/// Why arguments cannot be changed here, and what a person can do; becomes a [LoaderPlan.Cannot].
final class Impossible extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String byHand;

    Impossible(String why, String byHand) {
        super(why, null, false, false);
        this.byHand = byHand;
    }

    LoaderPlan.Cannot plan() {
        return new LoaderPlan.Cannot(String.valueOf(getMessage()), byHand);
    }
}
