package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.OwnHooks;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.PciAddress;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HostdevHookPlanTest {
    private static final String PATH = OwnHooks.hostdevs("win");
    private static final Domain CARD = passing("0000:01:00.0");
    private static final String TEXT =
            HostdevHook.of("win", List.of(new PassedFunction(PciAddress.parse("0000:01:00.0"), "1002:67df")));

    private static Domain passing(String address) {
        return Plans.domain("", "").withHostdev(PciAddress.parse(address));
    }

    private static Plan plan(Domain domain, Consumer<TestHost> machine, Topic... keep) {
        Draft draft = new Draft(domain, Set.of(keep));
        HostdevHook.add(draft, Plans.host(machine));
        return draft.plan();
    }

    private static Change.EditFile edit(Plan plan) {
        assertThat(plan.changes()).hasSize(1);
        return (Change.EditFile) plan.changes().getFirst();
    }

    @Test
    void itNamesWhatIsPassed() {
        Change.EditFile edit = edit(plan(CARD, Plans.SOUND));
        assertThat(edit.path()).isEqualTo(PATH);
        assertThat(edit.before()).isNull();
        assertThat(edit.after()).isEqualTo(TEXT);
    }

    @Test
    void aPlanOfTheResultHasNothingToEdit() {
        Plan again = plan(CARD, h -> h.hook(PATH, TEXT));
        assertThat(again.changes()).isEmpty();
        assertThat(again.notes()).isEmpty();
    }

    @Test
    void afterAnotherCardWasPutInItIsPlannedAnew() {
        String old = TEXT.replace("1002:67df", "10de:1b80");
        Change.EditFile edit = edit(plan(CARD, h -> h.hook(PATH, old)));
        assertThat(edit.before()).isEqualTo(old);
        assertThat(edit.after()).isEqualTo(TEXT);
    }

    @Test
    void aForeignFileInItsPlaceStays() {
        Plan plan = plan(CARD, h -> h.hook(PATH, "#!/bin/sh\n"));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes())
                .containsExactly("devices: " + PATH + " is there and not of nptune's making: it stays.");
    }

    @Test
    void withoutAFolderForHooksItIsForThePersonToKnow() {
        assertThat(plan(CARD, h -> h.libvirt = Fact.known("6.4.0", "libvirtd --version"))
                        .notes())
                .singleElement()
                .asString()
                .contains("plan again after cards are moved");
        assertThat(plan(CARD, h -> h.libvirt = TestHost.unreadable(h.libvirt)).changes())
                .isEmpty();
    }

    @Test
    void nothingForAVmWithoutDevicesOrWithOnesThatWereNotSeenOrWhereTheHostIsKept() {
        assertThat(plan(Plans.domain("", ""), Plans.SOUND).changes()).isEmpty();
        assertThat(plan(passing("0000:7f:00.0"), Plans.SOUND).changes()).isEmpty();
        assertThat(plan(CARD, Plans.SOUND, Topic.HOST).changes()).isEmpty();
    }

    @Test
    void itTakesNothingThatWouldHaveToBeGivenBack() {
        assertThat(HookTraces.of(PATH, TEXT)).isEmpty();
    }
}
