package dev.nptune.host;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The generation of an AMD core, told from CPUID's display family and model.
///
/// Models not known to be of a generation give none: a new one may be anything. The ranges are those that Linux, AMD's
/// revision guides and the processors sold agree on; APUs are numbered among the others.
public enum ZenGeneration {
    ZEN("Zen"),
    ZEN_PLUS("Zen+"),
    ZEN_2("Zen 2"),
    ZEN_3("Zen 3"),
    ZEN_3_PLUS("Zen 3+"),
    ZEN_4("Zen 4"),
    ZEN_5("Zen 5");

    private final String title;

    ZenGeneration(String title) {
        this.title = title;
    }

    /// As AMD writes it.
    public String title() {
        return title;
    }

    /// The generation of a machine's processor; none if it is not AMD's, not Zen, or not known.
    public static Optional<ZenGeneration> of(Cpu cpu) {
        return cpu.vendor()
                .get()
                .filter("AuthenticAMD"::equals)
                .flatMap(_ -> cpu.family().get())
                .flatMap(family -> cpu.model().get().flatMap(model -> of(family, model)));
    }

    /// The generation of an AMD processor.
    ///
    /// @param family display family, 23 (17h) for the first
    /// @param model display model
    public static Optional<ZenGeneration> of(int family, int model) {
        int series = model >> 4;
        boolean upperHalf = (model & 8) != 0;
        return model < 0 || model > 0xff
                ? Optional.empty()
                : Optional.ofNullable(
                        switch (family) {
                            case 0x17 -> family17h(series, upperHalf);
                            case 0x19 -> family19h(series);
                            case 0x1a -> family1ah(series);
                            default -> null;
                        });
    }

    private static @Nullable ZenGeneration family17h(int series, boolean upperHalf) {
        return switch (series) {
            // 01h Summit Ridge, Naples, 08h Pinnacle Ridge; 11h Raven Ridge, 18h Picasso
            case 0x0, 0x1 -> upperHalf ? ZEN_PLUS : ZEN;
            // 20h Raven 2, Dali, Pollock; 50h Fenghuang
            case 0x2, 0x5 -> ZEN;
            // 31h Rome, Castle Peak; 47h console; 60h Renoir, 68h Lucienne; 71h Matisse; 84h console; 90h Van Gogh,
            // 98h Mero; a0h Mendocino
            case 0x3, 0x4, 0x6, 0x7, 0x8, 0x9, 0xa -> ZEN_2;
            default -> null;
        };
    }

    private static @Nullable ZenGeneration family19h(int series) {
        return switch (series) {
            // 01h Milan, 08h Chagall; 21h Vermeer; 30h Badami; 50h Cezanne, Barcelo
            case 0x0, 0x2, 0x3, 0x5 -> ZEN_3;
            // 44h Rembrandt
            case 0x4 -> ZEN_3_PLUS;
            // 11h Genoa, 18h Storm Peak; 61h Raphael; 74h, 75h, 78h Phoenix, Hawk Point; a0h Bergamo, Siena
            case 0x1, 0x6, 0x7, 0xa -> ZEN_4;
            default -> null;
        };
    }

    private static @Nullable ZenGeneration family1ah(int series) {
        return switch (series) {
            // 02h Turin, 08h Shimada Peak; 11h Turin Dense; 24h Strix Point; 44h Granite Ridge; 60h Krackan, 70h Strix
            // Halo
            case 0x0, 0x1, 0x2, 0x4, 0x6, 0x7 -> ZEN_5;
            default -> null;
        };
    }
}
