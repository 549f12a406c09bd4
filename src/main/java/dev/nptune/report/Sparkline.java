package dev.nptune.report;

/// Frame times over time in one line of text: each column is a stretch of time of the same length, and as high as the
/// longest frame in it. The scale is linear from 0 to the longest frame of all.
public final class Sparkline {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█";
    private static final String ASCII = "_.-=+*%#";

    private Sparkline() {}

    /// Draws it.
    ///
    /// @param millis frame times in order, at least one, all above 0
    /// @param columns the width
    /// @param unicode whether block elements can be shown
    public static String draw(double[] millis, int columns, boolean unicode) {
        double total = 0;
        double longest = 0;
        for (double time : millis) {
            total += time;
            longest = Math.max(longest, time);
        }
        double[] heights = new double[columns];
        double begin = 0;
        for (double time : millis) {
            int first = Math.clamp((long) (begin / total * columns), 0, columns - 1);
            int last = Math.clamp((long) Math.ceil((begin + time) / total * columns) - 1, first, columns - 1);
            for (int i = first; i <= last; i++) {
                heights[i] = Math.max(heights[i], time);
            }
            begin += time;
        }
        String signs = unicode ? BLOCKS : ASCII;
        StringBuilder line = new StringBuilder(columns);
        for (double height : heights) {
            int level = (int) Math.ceil(height / longest * signs.length()) - 1;
            line.append(signs.charAt(Math.clamp(level, 0, signs.length() - 1)));
        }
        return line.toString();
    }
}
