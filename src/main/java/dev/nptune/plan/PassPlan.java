package dev.nptune.plan;

import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.DeviceAdvice.Offer;
import dev.nptune.vm.Domain;
import java.util.List;

/// Gives a VM the rest of what it is given in part: a card's other functions, and what shares its IOMMU group.
final class PassPlan {
    private PassPlan() {}

    static void add(Draft draft, Findings findings, Devices devices) {
        devices.passed().forEach(draft::pass);
        // what the doctor says too is answered or left with its reason by the other parts
        devices.warnings().stream()
                .filter(warning -> !findings.fired(warning.split(":", 2)[0]))
                .forEach(draft::note);
        if (draft.keeps(Topic.GRAPHICS)) {
            return;
        }
        // what the guest is told is the owner's to choose in a VM that is there
        devices.choices().stream()
                .filter(choice -> choice.topic() != Topic.GUEST)
                .forEach(draft::choose);
        for (PassedFunction function : devices.along()) {
            Domain edited = draft.domain().withHostdev(function.address());
            draft.domain(List.of(), "all of the card passed", edited);
            draft.pass(function);
        }
        for (Offer offer : devices.offers()) {
            draft.note(offer.words());
        }
    }
}
