package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the display outputs of a graphics card from the `drm` directory below its PCI function.
final class ConnectorReader {
    private static final Pattern CARD = Pattern.compile("card[0-9]{1,4}");
    private static final Pattern CONNECTOR = Pattern.compile("card[0-9]{1,4}-(.{1,60})");

    private ConnectorReader() {}

    static List<Connector> read(Tree tree, String directory) {
        List<Connector> connectors = new ArrayList<>();
        for (String card : tree.namesOrGap(directory + "/drm")) {
            if (CARD.matcher(card).matches()) {
                String below = directory + "/drm/" + card;
                for (String name : tree.namesOrGap(below)) {
                    Matcher m = CONNECTOR.matcher(name);
                    if (m.matches()) {
                        connectors.add(connector(tree, below + "/" + name, m.group(1), card));
                    }
                }
            }
        }
        return connectors;
    }

    private static Connector connector(Tree tree, String directory, String name, String card) {
        Fact<byte[]> edid = Values.absentIf(tree.bytes(directory + "/edid", 0, Edid.MAX_BYTES), b -> b.length == 0);
        return new Connector(
                Printable.line(name),
                card,
                tree.value(directory + "/status"),
                tree.value(directory + "/enabled").map(ConnectorReader::enabled),
                edid.map(Edid::monitor));
    }

    private static boolean enabled(String text) {
        return switch (text) {
            case "enabled" -> true;
            case "disabled" -> false;
            default -> throw new IllegalArgumentException("neither enabled nor disabled: '" + Values.brief(text) + "'");
        };
    }
}
