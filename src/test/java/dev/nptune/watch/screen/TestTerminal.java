package dev.nptune.watch.screen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A terminal as far as [ScreenDiff] needs one. What it does not know fails.
final class TestTerminal {
    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[([0-9;?]*)([A-Za-z])");

    private final char[][] cells;
    private int row;
    private int column;

    TestTerminal(int rows, int columns) {
        cells = new char[rows][columns];
        for (char[] line : cells) {
            Arrays.fill(line, ' ');
        }
    }

    void write(String text) {
        Matcher m = SEQUENCE.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) != '\u001b') {
                cells[row][column++] = text.charAt(at++);
                continue;
            }
            if (!m.find(at) || m.start() != at) {
                throw new IllegalArgumentException("not understood at " + at);
            }
            act(m.group(1), m.group(2));
            at = m.end();
        }
    }

    private void act(String numbers, String what) {
        switch (what) {
            case "H" -> {
                String[] place = numbers.split(";");
                row = Integer.parseInt(place[0]) - 1;
                column = Integer.parseInt(place[1]) - 1;
            }
            case "K" -> Arrays.fill(cells[row], column, cells[row].length, ' ');
            case "J" -> {
                for (char[] line : cells) {
                    Arrays.fill(line, ' ');
                }
            }
            case "m", "h", "l" -> {}
            default -> throw new IllegalArgumentException(what);
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (char[] line : cells) {
            lines.add(new String(line).stripTrailing());
        }
        return lines;
    }
}
