package dev.nptune.bench.capture;

/// The tools' formats that are read.
public enum Format {
    PRESENTMON_1("PresentMon 1", Cadence.FRAMES),
    PRESENTMON_2_0("PresentMon 2.0", Cadence.FRAMES),
    PRESENTMON_2("PresentMon 2.1 to 2.3.0, or --v2_metrics", Cadence.FRAMES),
    PRESENTMON_NEW("PresentMon 2.3.1 or later", Cadence.FRAMES),
    CAPFRAMEX_JSON("CapFrameX", Cadence.FRAMES),
    CAPFRAMEX_CSV("CapFrameX CSV", Cadence.FRAMES),
    OCAT("OCAT", Cadence.FRAMES),
    FRAMEVIEW("FrameView", Cadence.FRAMES),
    MANGOHUD("MangoHud", Cadence.MAYBE_SAMPLES),
    FRAPS("FRAPS frame times", Cadence.FRAMES),
    AFTERBURNER("MSI Afterburner", Cadence.SAMPLES),
    PLAIN("a list of frame times", Cadence.FRAMES);

    /// How often a tool writes a row.
    enum Cadence {
        FRAMES,
        MAYBE_SAMPLES,
        SAMPLES
    }

    private final String title;
    private final Cadence cadence;

    Format(String title, Cadence cadence) {
        this.title = title;
        this.cadence = cadence;
    }

    /// The tool's name, with the versions that write this form where there is more than one.
    public String title() {
        return title;
    }

    /// Whether time stamps are of a frame's begin, so that its frame time comes after them and not before.
    public boolean stampsBegin() {
        return this == PRESENTMON_2_0 || this == PRESENTMON_2;
    }

    /// Whether a row is a look at the game now and then, about once a second, and no frame.
    public boolean sampled() {
        return cadence == Cadence.SAMPLES;
    }
}
