package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.CardRanking.Winner;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chooses what a new VM is given, and judges what a VM has. Pure: it sees the machine only through its arguments.
///
/// A card goes with all its functions and with all of its IOMMU group, or not at all; nothing that the host needs, or
/// that it may need as far as is known, goes with it.
public final class DeviceAdvisor {
    private final Host host;
    private final GroupJudge judge;
    private final Set<String> disks;
    private final List<Card> cards;
    private final List<PciAddress> pass;
    private final boolean singleGpu;

    private DeviceAdvisor(Host host, Set<String> disks, List<PciAddress> pass, boolean singleGpu) {
        this.pass = pass;
        this.singleGpu = singleGpu;
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
        return forNew(host, Optional.of(request), List.of(), disks);
    }

    /// All for a new VM.
    ///
    /// @param request the card; empty for none
    /// @param pass functions asked for besides, judged as the card is
    /// @param disks as in [#forCard(Host, CardRequest, Set)]
    public static DeviceAdvice forNew(
            Host host, Optional<CardRequest> request, List<PciAddress> pass, Set<String> disks) {
        return forNew(host, request, pass, disks, false);
    }

    /// The same.
    ///
    /// @param singleGpu whether a hook of ours will take the machine's only card from the desktop
    static DeviceAdvice forNew(
            Host host, Optional<CardRequest> request, List<PciAddress> pass, Set<String> disks, boolean singleGpu) {
        DeviceAdvisor advisor = new DeviceAdvisor(host, disks, pass, singleGpu);
        return request.map(advisor::card).orElseGet(advisor::besides);
    }

    /// What a VM has.
    public static DeviceAdvice forDomain(Host host, Domain domain) {
        return forDomain(host, domain, false, false);
    }

    /// The same, nothing of it refused if it is kept: then it is warned of.
    ///
    /// @param singleGpu whether a hook of ours will take the machine's only card from the desktop
    static DeviceAdvice forDomain(Host host, Domain domain, boolean kept, boolean singleGpu) {
        return new DomainDevices(host, domain, kept, singleGpu).judge();
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
                        .map(this::asked)
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
        if (winner.get().card().integrated()) {
            return new Refusal(
                    "the only graphics are the processor's own, which are never taken unasked: the host draws on them,"
                            + " and they use its memory",
                    "If the VM is to have them nevertheless, say so: " + list(candidates) + ".");
        }
        return give(winner.get().card(), why(winner.get()));
    }

    private DeviceAdvice asked(Card card) {
        return card.isManagement()
                ? new Refusal(
                        DeviceWords.of(card.display()) + " is the display of the board's management controller: it"
                                + " draws no games, and the board needs it",
                        "Give another card, or none.")
                : give(card, "It was asked for by its address.");
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
        CardChoices choices = new CardChoices(host, cards, "", singleGpu);
        choices.chosen(card, why);
        List<PciFunction> parts =
                card.functions().stream().filter(f -> !f.isDisplay()).toList();
        return give(card.functions(), parts, choices, () -> choices.judge(card));
    }

    /// What is asked for by its address, and no card.
    private DeviceAdvice besides() {
        CardChoices choices = new CardChoices(host, cards, "", singleGpu);
        return give(List.of(), List.of(), choices, () -> {});
    }

    /// @param functions of the card
    /// @param parts those of them that the host may need for something else than its picture
    private DeviceAdvice give(
            List<PciFunction> functions, List<PciFunction> parts, CardChoices choices, Runnable judgeCard) {
        List<PciFunction> extra = new ArrayList<>();
        for (PciAddress address : pass) {
            Optional<PciFunction> function = host.function(address);
            if (function.isEmpty()
                    || function.get().isBridge()
                    || function.get().isDisplay()) {
                return new Refusal(
                        "--pass " + address
                                + (function.isEmpty()
                                        ? ": the machine has no such device"
                                        : ": is a " + (function.get().isDisplay() ? "graphics card" : "bridge")),
                        "Give a USB controller or an NVMe drive as 'nptune scan' lists them; a card is given by"
                                + " --gpu.");
            }
            if (!functions.contains(function.get()) && !extra.contains(function.get())) {
                extra.add(function.get());
            }
        }
        List<PciFunction> all = new ArrayList<>(functions);
        all.addAll(extra);
        Optional<Refusal> needed = Stream.concat(parts.stream(), extra.stream())
                .flatMap(f -> needed(f, all).stream())
                .findFirst();
        return needed.<DeviceAdvice>map(r -> r).orElseGet(() -> switch (judge.judge(all)) {
            case GroupVerdict.NoGroups _ -> GroupRefusals.noGroups(host);
            case GroupVerdict.Unknown(String reason) -> GroupRefusals.unknown(all, reason);
            case GroupVerdict.Blocked blocked -> GroupRefusals.blocked(host, all, blocked);
            case GroupVerdict.Alone _ -> give(all, extra, List.of(), choices, judgeCard);
            case GroupVerdict.Along along -> give(all, extra, along.others(), choices, judgeCard);
        });
    }

    private Optional<Refusal> needed(PciFunction function, List<PciFunction> together) {
        return judge.needed(function, together)
                .map(why -> new Refusal(
                        DeviceWords.of(function) + " would go to the VM, and it " + why,
                        "Move what the host has there to another port or device first, or give another one."));
    }

    private DeviceAdvice give(
            List<PciFunction> functions,
            List<PciFunction> extra,
            List<GroupVerdict.Member> along,
            CardChoices choices,
            Runnable judgeCard) {
        PassedDevices devices = new PassedDevices(host, functions, along, singleGpu);
        Optional<Refusal> refusal = devices.findings().refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        extra.forEach(f -> choices.choices()
                .add(new Choice(
                        Topic.DEVICES,
                        "pass " + DeviceWords.of(f),
                        "It was asked for by its address.",
                        "",
                        "the host is without it, and what hangs on it, while the VM runs")));
        choices.along(along);
        judgeCard.run();
        choices.warn(devices.warnings());
        return new Devices(
                DeviceWords.passed(functions),
                DeviceWords.passed(
                        along.stream().map(GroupVerdict.Member::function).toList()),
                List.of(),
                choices.hook(),
                choices.choices(),
                choices.warnings(),
                DeviceOffers.of(host, devices.all(), disks));
    }
}
