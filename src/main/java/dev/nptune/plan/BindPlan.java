package dev.nptune.plan;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.boot.BootBinding;
import dev.nptune.plan.boot.ClaimScript;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Decides whether a passed graphics card is bound to vfio-pci at boot or when the VM starts.
///
/// At boot it goes with what shares its IOMMU group; other functions of the VM stay with the host until it
/// starts. It is never the card that leaves the host without one, nor anything that the host needs.
final class BindPlan {
    /// How the choice of it begins.
    static final String AT_BOOT = "bind to vfio-pci at boot: ";

    private static final String RULE = "bind-at-boot";
    private static final String NOTE = "not bound at boot: ";

    private final Host host;
    private final Devices devices;
    private final Map<String, String> files;
    private final Binding asked;
    private final GroupJudge judge;
    private final List<Card> cards;
    private final List<PassedFunction> claimed;
    private final List<String> notes = new ArrayList<>();
    private Optional<BootBinding.Result> result = Optional.empty();

    private BindPlan(Host host, Domain domain, Devices devices, Map<String, String> files, Binding asked) {
        this.host = host;
        this.devices = devices;
        this.files = files;
        this.asked = asked;
        this.judge = new GroupJudge(
                host, domain.disks().stream().flatMap(d -> d.source().stream()).collect(Collectors.toSet()));
        this.cards = Card.all(host, judge);
        this.claimed = ClaimScript.functions(files.getOrDefault(ClaimScript.PATH, ""));
    }

    static BindPlan of(Host host, Domain domain, Devices devices, Map<String, String> files, Request request) {
        BindPlan plan =
                new BindPlan(host, domain, devices, files, request.host().bind());
        boolean kept = request.keep().contains(Topic.GRAPHICS) || request.keep().contains(Topic.HOST);
        if (!kept) {
            plan.decide();
        }
        return plan;
    }

    private void decide() {
        List<PciFunction> functions = functions();
        List<PassedFunction> wanted = DeviceWords.passed(functions);
        boolean already = !wanted.isEmpty() && claimed.containsAll(wanted);
        if (asked == Binding.START) {
            wanted.stream()
                    .filter(claimed::contains)
                    .findFirst()
                    .ifPresent(f -> notes.add(f.address() + " is bound at boot, by " + ClaimScript.PATH
                            + ": 'nptune rollback' of the run that made it gives it back to the host"));
            return;
        }
        if (asked == Binding.AUTO && !devices.hook() && !already) {
            return;
        }
        Optional<String> against = against(functions);
        if (against.isPresent()) {
            notes.add(NOTE + against.get());
            return;
        }
        switch (BootBinding.plan(host, files, wanted)) {
            case BootBinding.Result found -> result = Optional.of(found);
            case BootBinding.Impossible(String reason) -> notes.add(NOTE + reason);
        }
    }

    /// The functions of the passed cards, and what goes along with them.
    private List<PciFunction> functions() {
        List<PciFunction> all = new ArrayList<>();
        devices.passed().forEach(f -> host.function(f.address()).ifPresent(all::add));
        devices.along().forEach(f -> host.function(f.address()).ifPresent(all::add));
        List<PciFunction> displays = all.stream().filter(PciFunction::isDisplay).toList();
        List<Integer> groups = all.stream()
                .filter(f -> isOf(displays, f))
                .flatMap(f -> f.iommuGroup().get().stream())
                .toList();
        return all.stream()
                .filter(f -> isOf(displays, f)
                        || f.iommuGroup().get().filter(groups::contains).isPresent())
                .toList();
    }

    private static boolean isOf(List<PciFunction> displays, PciFunction function) {
        return displays.stream().anyMatch(d -> d.address().sameDevice(function.address()));
    }

    /// Why they cannot be taken from the host for good; empty if they can.
    private Optional<String> against(List<PciFunction> functions) {
        if (functions.isEmpty()) {
            return Optional.of("no graphics card is passed whose id was read");
        }
        Optional<String> needed = functions.stream()
                .flatMap(f -> judge.needed(f, functions).map(why -> DeviceWords.of(f) + " " + why).stream())
                .findFirst();
        return needed.or(() -> group(functions)).or(() -> display(functions));
    }

    private Optional<String> group(List<PciFunction> functions) {
        return switch (judge.judge(functions)) {
            case GroupVerdict.Alone _ -> Optional.empty();
            case GroupVerdict.NoGroups _ -> Optional.of("the machine has no IOMMU groups");
            case GroupVerdict.Unknown(String reason) ->
                Optional.of("what shares the IOMMU groups of " + DeviceWords.addresses(functions) + " is not known ("
                        + reason + ")");
            case GroupVerdict.Blocked blocked ->
                Optional.of(blocked.members().stream()
                        .map(m -> DeviceWords.of(m.function()) + " shares the IOMMU group and " + m.why())
                        .collect(Collectors.joining("; ")));
            case GroupVerdict.Along along ->
                Optional.of(along.others().stream()
                        .map(m -> DeviceWords.of(m.function()) + " shares the IOMMU group and is not passed")
                        .collect(Collectors.joining("; ")));
        };
    }

    /// The host needs a card that it draws on, with a driver of its own, which no VM has claimed.
    private Optional<String> display(List<PciFunction> functions) {
        List<PassedFunction> taken = BootBinding.together(files, DeviceWords.passed(functions));
        List<Card> left = cards.stream()
                .filter(c -> !taken.contains(DeviceWords.passed(c.display())))
                .filter(c -> !c.onVfio() && c.display().driver() instanceof Fact.Known)
                .toList();
        if (left.isEmpty()) {
            return Optional.of("it would leave the host without a graphics card that has a driver");
        }
        boolean shows = left.stream()
                .anyMatch(c -> c.monitors().filter(m -> !m.isEmpty()).isPresent());
        return functions.stream()
                .filter(PciFunction::isDisplay)
                .filter(f -> !claimed.contains(DeviceWords.passed(f)))
                .flatMap(f -> firmware(f, shows).stream())
                .findFirst();
    }

    private Optional<String> firmware(PciFunction display, boolean othersShow) {
        boolean surelyNot = display.bootVga().get().filter(boot -> !boot).isPresent();
        if (surelyNot) {
            return Optional.empty();
        }
        String draws = display.bootVga().get().isPresent() ? "the firmware draws on " : "the firmware may draw on ";
        if (!othersShow) {
            return Optional.of(draws + display.address() + ", and no monitor is seen at another card: the host would"
                    + " show nothing from the boot menu on");
        }
        return asked == Binding.BOOT
                ? Optional.empty()
                : Optional.of(draws + display.address() + ": make the other card the first one in the firmware's setup,"
                        + " or ask for it with --bind boot");
    }

    /// What is left of the advice: bound at boot, nothing is taken from the host when the VM starts.
    Devices devices() {
        if (result.isEmpty()) {
            return devices;
        }
        return new Devices(
                devices.passed(),
                devices.along(),
                devices.gone(),
                false,
                devices.choices().stream().filter(atStart().negate()).toList(),
                devices.warnings().stream().filter(w -> !tookAtStart(w)).toList(),
                devices.offers());
    }

    /// Tells the choice to bind when the VM starts.
    static Predicate<Choice> atStart() {
        return choice -> choice.what().equals(CardChoices.AT_START);
    }

    /// Whether a warning is only of what happens to the host when the VM starts.
    static boolean tookAtStart(String warning) {
        return warning.startsWith(CardChoices.USED) || warning.startsWith(CardChoices.DRAWN);
    }

    void addTo(Draft draft) {
        notes.forEach(draft::note);
        if (result.isEmpty()) {
            return;
        }
        BootBinding.Result found = result.get();
        List<PciFunction> functions = functions();
        draft.nextBoot()
                .choices()
                .add(new Choice(
                        Topic.HOST,
                        AT_BOOT + functions.stream().map(DeviceWords::of).collect(Collectors.joining(" and ")),
                        why(),
                        "the VM starts without taking the card from programs that run",
                        "the host cannot use it at all until that is rolled back and the machine booted again"
                                + dark(functions)));
        draft.nextBoot().files().addAll(found.files());
        draft.nextBoot().images().addAll(found.images());
        found.arguments().forEach(argument -> draft.argument(RULE, argument));
        draft.dropArgument(RULE, ClaimScript.ARGUMENT);
        found.notes().forEach(draft::note);
    }

    private String why() {
        String reason = asked == Binding.BOOT
                ? "It was asked for"
                : devices.hook() ? "The host uses the card, and no hook takes it from the desktop" : "It is so already";
        return reason + "; each function only where address and id both match, so that neither a twin nor another card"
                + " in its slot is taken.";
    }

    private static String dark(List<PciFunction> functions) {
        return functions.stream()
                        .anyMatch(f -> f.isDisplay() && f.bootVga().get().orElse(false))
                ? "; its screen is dark from the boot menu until the other card's driver is loaded"
                : "";
    }
}
