package dev.nptune.bench.capture;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/// Captures made from a seed: a game of about 140 fps and the compositor, row by row as PresentMon 2.3.1 writes them,
/// with hitches, dropped frames and NA.
final class GeneratedCapture {
    static final String HEADER = "Application,ProcessID,SwapChainAddress,PresentRuntime,SyncInterval,PresentFlags,"
            + "AllowsTearing,PresentMode,FrameType,TimeInMs,MsBetweenSimulationStart,MsBetweenPresents,"
            + "MsBetweenDisplayChange,MsInPresentAPI,MsRenderPresentLatency,MsUntilDisplayed,CPUStartTimeInMs,"
            + "MsBetweenAppStart,MsCPUBusy,MsCPUWait,MsGPULatency,MsGPUTime,MsGPUBusy,MsGPUWait,MsAnimationError,"
            + "AnimationTime,MsFlipDelay,MsAllInputToPhotonLatency,MsClickToPhotonLatency\n";

    private final SplittableRandom random;
    private double game = 1000;
    private double compositor = 1000;

    private GeneratedCapture(long seed) {
        random = new SplittableRandom(seed);
    }

    /// A text of so many rows.
    static String rows(long seed, int rows) {
        GeneratedCapture made = new GeneratedCapture(seed);
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < rows; i++) {
            text.append(made.row());
        }
        return text.toString();
    }

    /// A file of about so many bytes. A block of rows is repeated, with the time stamps going on in each block only.
    ///
    /// @return the rows in it
    static long write(Path file, long seed, long bytes) throws IOException {
        String text = rows(seed, 20_000);
        byte[] block = text.substring(HEADER.length()).getBytes(StandardCharsets.US_ASCII);
        long rows = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write(HEADER.getBytes(StandardCharsets.US_ASCII));
            for (long written = 0; written < bytes; written += block.length) {
                out.write(block);
                rows += 20_000;
            }
        }
        return rows;
    }

    private String row() {
        boolean dwm = compositor < game;
        double frame = dwm ? 16.6667 : 7.1 + random.nextDouble() * 0.4 + (random.nextInt(500) == 0 ? 40 : 0);
        boolean dropped = !dwm && random.nextInt(20) == 0;
        if (dwm) {
            compositor += frame;
        } else {
            game += frame;
        }
        double gpu = frame * 0.9;
        return (dwm ? "dwm.exe,1268,0x224B280A1C0" : "Game.exe,4242,0x7F00DEADBEEF") + ",DXGI,0,512,1,"
                + "Hardware: Independent Flip,Application,"
                + ms(dwm ? compositor : game) + ",NA," + precise(frame) + ","
                + (dropped ? "NA" : precise(frame + 0.0211)) + "," + precise(0.1 + random.nextDouble() * 0.2) + ","
                + precise(frame * 1.1) + "," + (dropped ? "NA" : ms(frame * 1.5)) + "," + ms(game - frame) + ","
                + ms(frame) + "," + ms(frame - 0.3) + ",0.3000,1.0210," + ms(gpu) + "," + ms(gpu - 0.2) + ",0.2000,"
                + (dropped ? "NA" : ms(random.nextDouble() - 0.5)) + "," + ms(game) + ",NA,NA,NA\n";
    }

    private static String ms(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /// With 14 places, as PresentMon writes what it has in steps of 100 ns.
    private static String precise(double value) {
        return String.format(Locale.ROOT, "%.14f", Math.rint(value * 1e4) / 1e4);
    }
}
