package dev.nptune.plan;

import dev.nptune.host.PciAddress;
import java.util.List;

/// What comes of judging what a VM is given: the devices, or a refusal where the machine cannot give them.
public sealed interface DeviceAdvice permits DeviceAdvice.Devices, Refusal {

    /// What to pass.
    ///
    /// @param passed functions asked for, or that the VM has and the machine too; function 0 of a card first
    /// @param along functions that must go with them: the rest of a card, and what shares their IOMMU groups
    /// @param gone functions that the VM has and the machine has not
    /// @param hook whether a hook must take a card from the host's programs first, and none is there
    /// @param choices what was decided and why
    /// @param warnings what a person should know before the VM starts
    /// @param offers what could be passed besides, and is not unless asked for
    record Devices(
            List<PassedFunction> passed,
            List<PassedFunction> along,
            List<PciAddress> gone,
            boolean hook,
            List<Choice> choices,
            List<String> warnings,
            List<Offer> offers)
            implements DeviceAdvice {
        public Devices {
            passed = List.copyOf(passed);
            along = List.copyOf(along);
            gone = List.copyOf(gone);
            choices = List.copyOf(choices);
            warnings = List.copyOf(warnings);
            offers = List.copyOf(offers);
        }
    }

    /// Something that could be passed.
    ///
    /// @param functions what would be passed
    /// @param choice what it is, why it can be, what it brings and costs
    record Offer(List<PassedFunction> functions, Choice choice) {
        /// How [#words] and the note of it begin.
        static final String HEAD = "could be passed besides: ";

        public Offer {
            functions = List.copyOf(functions);
        }

        /// The same with something more that it costs.
        Offer withCost(String cost) {
            String all = choice.costs().isEmpty() ? cost : choice.costs() + "; " + cost;
            return new Offer(functions, new Choice(choice.topic(), choice.what(), choice.why(), choice.brings(), all));
        }

        /// It in a line.
        String words() {
            return HEAD + choice.what() + ". " + choice.why()
                    + (choice.costs().isEmpty() ? "" : " It costs: " + choice.costs() + ".");
        }
    }
}
