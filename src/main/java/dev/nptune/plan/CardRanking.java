package dev.nptune.plan;

import dev.nptune.host.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Which of several graphics cards fits a VM best.
///
/// Two cards are compared by one criterion after another; the first in which they are known to differ decides. What is
/// not known of one of them decides nothing.
final class CardRanking {
    private static final List<Criterion> CRITERIA = List.of(
            new Criterion(c -> Optional.of(c.integrated() ? 1.0 : 0), "is part of the processor"),
            new Criterion(c -> group(c, false), "cannot be given away with its IOMMU group"),
            new Criterion(CardRanking::setAside, "is not on vfio-pci already"),
            new Criterion(c -> c.monitors().map(m -> m.isEmpty() ? 0.0 : 1), "drives a monitor"),
            new Criterion(c -> c.display().bootVga().get().map(b -> b ? 1.0 : 0), "is what the firmware draws on"),
            new Criterion(CardRanking::held, "is held open by programs of the host"),
            new Criterion(c -> group(c, true), "shares its IOMMU group"),
            new Criterion(c -> c.window().map(w -> -(double) w), "has less memory as far as its BARs tell"),
            new Criterion(c -> c.bandwidth().map(b -> -b), "has the narrower link"));

    private CardRanking() {}

    /// @param value the less the better; empty if not known
    /// @param worse what is said of the card with more of it
    private record Criterion(Function<Card, Optional<Double>> value, String worse) {}

    /// Why a card is not chosen.
    ///
    /// @param card the card
    /// @param why continues a sentence that begins with the card: `drives a monitor`
    record Passed(Card card, String why) {}

    /// The best card and why each of the others is not.
    record Winner(Card card, List<Passed> others) {}

    private static Optional<Double> group(Card card, boolean shared) {
        return switch (card.group()) {
            case GroupVerdict.Alone _ -> Optional.of(0.0);
            case GroupVerdict.Along _ -> Optional.of(shared ? 1.0 : 0);
            case GroupVerdict.Blocked _ -> Optional.of(2.0);
            case GroupVerdict.NoGroups _, GroupVerdict.Unknown _ -> Optional.empty();
        };
    }

    private static Optional<Double> setAside(Card card) {
        return card.display().driver() instanceof Fact.Unreadable
                ? Optional.empty()
                : Optional.of(card.onVfio() ? 0.0 : 1);
    }

    private static Optional<Double> held(Card card) {
        if (!card.holders().isEmpty()) {
            return Optional.of(1.0);
        }
        return card.holdersKnown() ? Optional.of(0.0) : Optional.empty();
    }

    /// The card that is better than each other one; empty if there is no such.
    static Optional<Winner> best(List<Card> cards) {
        for (Card card : cards) {
            List<Passed> others = new ArrayList<>();
            for (Card other : cards) {
                if (!other.equals(card)) {
                    worse(other, card).ifPresent(why -> others.add(new Passed(other, why)));
                }
            }
            if (others.size() == cards.size() - 1) {
                return Optional.of(new Winner(card, others));
            }
        }
        return Optional.empty();
    }

    /// The cards that no other is better than.
    static List<Card> unbeaten(List<Card> cards) {
        return cards.stream()
                .filter(c -> cards.stream().noneMatch(o -> worse(c, o).isPresent()))
                .toList();
    }

    /// In what a card is worse than another; empty if it is not.
    private static Optional<String> worse(Card card, Card than) {
        for (Criterion criterion : CRITERIA) {
            Optional<Double> mine = criterion.value().apply(card);
            Optional<Double> others = criterion.value().apply(than);
            if (mine.isPresent() && others.isPresent() && !mine.equals(others)) {
                return mine.get() > others.get() ? Optional.of(criterion.worse()) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
