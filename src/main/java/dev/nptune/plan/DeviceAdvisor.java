package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.CardRanking.Winner;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Chooses what a new VM is given, and judges what a VM has. Pure: it sees the machine only through its arguments.
///
/// A card goes with all its functions and with all of its IOMMU group, or not at all; nothing that the host needs, or
/// that it may need as far as is known, goes with it.
public final class DeviceAdvisor {
    private final Host host;
    private final GroupJudge judge;
    private final Set<String> disks;
    private final List<Card> cards;

    private DeviceAdvisor(Host host, Set<String> disks) {
        this.host = host;
        this.disks = disks;
        this.judge = new GroupJudge(host, disks);
        this.cards = Card.all(host, judge);
    }

    /// A card for a new VM whose disks are files.
    public static DeviceAdvice forCard(Host host, CardRequest request) {
        return forCard(host, request, Set.of());
    }

    /// A card for a new VM.
    ///
    /// @param disks paths of its disks on the host: a whole NVMe drive, `/dev/nvme1n1`, may be passed instead
    public static DeviceAdvice forCard(Host host, CardRequest request, Set<String> disks) {
        return new DeviceAdvisor(host, disks).card(request);
    }

    /// What a VM has.
    public static DeviceAdvice forDomain(Host host, Domain domain) {
        return new DomainDevices(host, domain).judge();
    }

    private DeviceAdvice card(CardRequest request) {
        if (host.pci().isEmpty()) {
            return new Refusal("no PCI device of the machine was read", "Run it on the machine itself, or as root.");
        }
        return switch (request) {
            case CardRequest.Auto _ -> auto();
            case CardRequest.At at ->
                cards.stream()
                        .filter(c -> c.display().address().sameDevice(at.address()))
                        .findFirst()
                        .map(c -> give(c, "It was asked for by its address."))
                        .orElseGet(() -> none("no graphics card is at " + at.address()));
            case CardRequest.OfKind kind -> ofKind(kind.id());
        };
    }

    private Refusal none(String reason) {
        return new Refusal(
                reason,
                cards.isEmpty()
                        ? "The machine has no graphics card at all; a VM without one needs no --gpu."
                        : "Say which: " + list(cards) + ".");
    }

    private String list(List<Card> some) {
        return some.stream()
                .map(c -> "--gpu " + c.display().address() + " for " + DeviceWords.withSlot(host, c.display()))
                .collect(Collectors.joining(", or "));
    }

    private DeviceAdvice ofKind(String id) {
        List<Card> matching = cards.stream()
                .filter(c -> c.functions().stream().anyMatch(f -> f.id().equals(id)))
                .toList();
        return switch (matching.size()) {
            case 0 -> none("the machine has no graphics card " + id);
            case 1 -> give(matching.getFirst(), "It is the only one of its kind.");
            default ->
                new Refusal(
                        "the machine has " + matching.size() + " cards " + id + ", which the id does not tell apart",
                        "Say which: " + list(matching) + ".");
        };
    }

    private DeviceAdvice auto() {
        List<Card> candidates = cards.stream().filter(c -> !c.isManagement()).toList();
        if (candidates.isEmpty()) {
            return none(
                    cards.isEmpty()
                            ? "the machine has no graphics card"
                            : "the only display is that of the board's management controller");
        }
        Optional<Winner> winner = CardRanking.best(candidates);
        if (winner.isEmpty()) {
            List<Card> unbeaten = CardRanking.unbeaten(candidates);
            return new Refusal(
                    "nothing known of the machine's cards says which of them the VM is to have",
                    "Say which: " + list(unbeaten.isEmpty() ? candidates : unbeaten) + ".");
        }
        return give(winner.get().card(), why(winner.get()));
    }

    private static String why(Winner winner) {
        return winner.others().isEmpty()
                ? "It is the only card that can be chosen."
                : winner.others().stream()
                                .map(o -> DeviceWords.of(o.card().display()) + " " + o.why())
                                .collect(Collectors.joining("; "))
                        + ".";
    }

    private DeviceAdvice give(Card card, String why) {
        return switch (card.group()) {
            case GroupVerdict.NoGroups _ -> GroupRefusals.noGroups(host);
            case GroupVerdict.Unknown(String reason) -> GroupRefusals.unknown(card.functions(), reason);
            case GroupVerdict.Blocked blocked -> GroupRefusals.blocked(host, card.functions(), blocked);
            case GroupVerdict.Alone _ -> give(card, why, List.of());
            case GroupVerdict.Along along -> give(card, why, along.others());
        };
    }

    private DeviceAdvice give(Card card, String why, List<GroupVerdict.Member> along) {
        PassedDevices devices = new PassedDevices(host, card.functions(), along);
        Optional<Refusal> refusal = devices.findings().refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        CardChoices choices = new CardChoices(host, cards, "");
        choices.chosen(card, why);
        choices.along(along);
        choices.judge(card);
        choices.warn(devices.warnings());
        List<PciFunction> all = devices.all();
        return new Devices(
                DeviceWords.passed(card.functions()),
                DeviceWords.passed(
                        along.stream().map(GroupVerdict.Member::function).toList()),
                List.of(),
                choices.hook(),
                choices.choices(),
                choices.warnings(),
                DeviceOffers.of(host, all, disks));
    }
}
