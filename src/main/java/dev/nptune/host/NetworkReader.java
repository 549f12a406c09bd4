package dev.nptune.host;

import dev.nptune.host.Network.Interface;
import dev.nptune.internal.text.Printable;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Reads interfaces from `/sys/class/net` and default routes from `/proc/net/route` and `/proc/net/ipv6_route`.
///
/// Sources: `fib_route_seq_show` in the kernel's `net/ipv4/fib_trie.c`, `rt6_info_route` in `net/ipv6/route.c`.
final class NetworkReader {
    static final String INTERFACES = "/sys/class/net";
    static final String ROUTES = "/proc/net/route";
    private static final String ROUTES_6 = "/proc/net/ipv6_route";
    private static final String LOWER = "lower_";
    private static final int UP = 1;
    private static final int REJECT = 0x200;

    private NetworkReader() {}

    static Network read(Tree tree) {
        Fact<List<String>> four = tree.text(ROUTES).map(NetworkReader::routes);
        List<String> six = tree.text(ROUTES_6).map(NetworkReader::routes6).get().orElse(List.of());
        return new Network(
                tree.names(INTERFACES)
                        .map(names -> names.stream()
                                .filter(NetworkReader::hasName)
                                .filter(name -> tree.realPath(INTERFACES + "/" + name)
                                        .get()
                                        .isPresent())
                                .map(name -> one(tree, name))
                                .toList()),
                four.map(names -> List.copyOf(new TreeSet<>(
                        Stream.concat(names.stream(), six.stream()).toList()))));
    }

    /// `bonding_masters` lies there too, which is a file.
    private static boolean hasName(String name) {
        return kind(name).isEmpty() && !name.equals("bonding_masters");
    }

    private static Interface one(Tree tree, String name) {
        String directory = INTERFACES + "/" + name;
        return new Interface(
                Printable.line(name),
                tree.realPath(directory).map(StorageReader::onTheWay),
                tree.value(directory + "/operstate"),
                tree.namesOrGap(directory).stream()
                        .filter(n -> n.startsWith(LOWER))
                        .map(n -> n.substring(LOWER.length()))
                        .filter(NetworkReader::hasName)
                        .map(Printable::line)
                        .toList());
    }

    private static String called(String name) {
        return kind(name).orElseGet(() -> Printable.line(name));
    }

    /// What is told of an interface that is named after its address.
    private static Optional<String> kind(String name) {
        return Network.UNNAMED.stream().filter(name::startsWith).findFirst();
    }

    /// Interfaces of default routes: `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, all in hex.
    ///
    /// @throws IllegalArgumentException if a line is not of that form
    static List<String> routes(String text) {
        return text.lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(f -> leads(f, 8, 3) && f[1].equals("00000000") && f[7].equals("00000000"))
                .map(f -> called(f[0]))
                .distinct()
                .toList();
    }

    /// As above: destination, length of its prefix, source and length, gateway, metric, uses twice, flags, interface.
    static List<String> routes6(String text) {
        return text.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(f -> leads(f, 10, 8) && f[0].matches("0{1,32}") && f[1].equals("00"))
                .filter(f -> !f[9].equals("lo"))
                .map(f -> called(f[9]))
                .distinct()
                .toList();
    }

    private static boolean leads(String[] fields, int atLeast, int flags) {
        if (fields.length < atLeast) {
            throw new IllegalArgumentException("not a route: '" + Values.brief(String.join(" ", fields)) + "'");
        }
        long value = Long.parseLong(fields[flags], 16);
        return (value & UP) != 0 && (value & REJECT) == 0;
    }
}
