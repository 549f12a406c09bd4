package dev.nptune.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which findings about cards are certain and which only possible, of the cases by their stories.
class PossibleTest {
    static Stream<Case> cards() {
        return Stream.of(GraphicsCases.all(), PassedCardCases.all())
                .flatMap(c -> c.stream())
                .filter(c -> c.kind() == Case.Kind.FIRES);
    }

    private static boolean possible(Case c) {
        return switch (c.rule()) {
            case "amd-reset" -> c.story().contains("RDNA 4");
            case "bootfb-held" -> c.story().equals("before vfio has the card");
            case "link-width" -> c.story().equals("the port is not known");
            case "rom-bad" -> !c.story().equals("unreadable to the kernel");
            case "wrong-driver" -> c.story().startsWith("a hook may");
            default -> false;
        };
    }

    @ParameterizedTest
    @MethodSource("cards")
    void isSaidOfWhatIsNotCertain(Case c) {
        Rule rule = Rules.byId(c.rule()).orElseThrow();
        assertThat(rule.examine(c.host(), c.domain()))
                .isInstanceOfSatisfying(
                        Outcome.Fires.class,
                        fires -> assertThat(fires.finding().possible())
                                .as(c.rule() + ": " + c.story())
                                .isEqualTo(possible(c)));
    }
}
