package dev.nptune.bench.score;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// What 3DMark exports as XML: `benchmark/results/result`, of which the one with `passIndex` -1 is the whole run. A
/// score of 0 belongs to a part that was not run.
///
/// Text from strangers: at most [#MAX_BYTES] bytes, [#MAX_ELEMENTS] elements, [#MAX_DEPTH] levels, and no `DOCTYPE`.
///
/// @param source the `.3dmark-result` it was exported from; `""` if it does not say
/// @param scores those of what was run, in the file's order
/// @param notRun elements of what was not
public record ScoreSheet(String source, List<Score> scores, List<String> notRun) {
    public static final int MAX_BYTES = 4 << 20;
    static final int MAX_ELEMENTS = 20_000;
    static final int MAX_DEPTH = 16;
    private static final int MAX_VALUE_TEXT = 300;
    private static final double MAX_SCORE = 1e9;
    private static final String RESULT = "benchmark/results/result";

    public ScoreSheet {
        scores = List.copyOf(scores);
        notRun = List.copyOf(notRun);
    }

    /// Reads one.
    ///
    /// @throws IllegalArgumentException if it is none, or out of bounds
    public static ScoreSheet parse(byte[] xml) {
        if (xml.length > MAX_BYTES) {
            throw new IllegalArgumentException("it is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        if (xml.length > 1 && xml[0] == 'P' && xml[1] == 'K') {
            throw new IllegalArgumentException("it is 3DMark's own file, not an export");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(xml))
                    .toString();
            String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
            return of(results(factory.createXMLStreamReader(new StringReader(plain))));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is no UTF-8 text", e);
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException(
                    "it is no well-formed XML (line " + e.getLocation().getLineNumber() + ")", e);
        }
    }

    /// The child elements of each result, by name.
    private static List<Map<String, String>> results(XMLStreamReader in) throws XMLStreamException {
        List<Map<String, String>> results = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>();
        StringBuilder text = new StringBuilder();
        int elements = 0;
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.DTD ->
                    throw new IllegalArgumentException("it has a DOCTYPE, which 3DMark writes none of");
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++elements > MAX_ELEMENTS || open.size() == MAX_DEPTH) {
                        throw new IllegalArgumentException("it has more elements or levels than any export");
                    }
                    open.push(open.isEmpty() ? in.getLocalName() : open.peek() + "/" + in.getLocalName());
                    text.setLength(0);
                    if (RESULT.equals(open.peek())) {
                        results.add(new LinkedHashMap<>());
                    }
                }
                case XMLStreamConstants.CHARACTERS -> text.append(in.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    String path = open.pop();
                    if (RESULT.equals(open.peek())) {
                        put(
                                results.getLast(),
                                path.substring(RESULT.length() + 1),
                                text.toString().strip());
                    }
                    text.setLength(0);
                }
                default -> {}
            }
        }
        return results;
    }

    private static void put(Map<String, String> result, String name, String value) {
        if (value.length() <= MAX_VALUE_TEXT && result.put(name, value) != null && Score.isName(name)) {
            throw new IllegalArgumentException("a result in it has " + name + " twice");
        }
    }

    private static ScoreSheet of(List<Map<String, String>> results) {
        List<Map<String, String>> whole =
                results.stream().filter(r -> "-1".equals(r.get("passIndex"))).toList();
        if (whole.isEmpty()) {
            throw new IllegalArgumentException("there is no benchmark/results/result with a passIndex of -1 in it");
        }
        Map<String, Score> scores = new LinkedHashMap<>();
        List<String> notRun = new ArrayList<>();
        for (Map<String, String> result : whole) {
            result.forEach((name, value) -> {
                if (!Score.isName(name)) {
                    return;
                }
                double score = number(name, value);
                if (score == 0) {
                    notRun.add(name);
                } else if (scores.put(name, Score.of(name, score)) != null) {
                    throw new IllegalArgumentException(
                            "it has " + name + " of several runs: export each to a file of its own");
                }
            });
        }
        String source = Optional.ofNullable(whole.getFirst().get("sourceId")).orElse("");
        return new ScoreSheet(source, List.copyOf(scores.values()), notRun);
    }

    private static double number(String name, String value) {
        if (value.isEmpty()) {
            return 0;
        }
        if (!value.matches("[0-9]{1,10}(\\.[0-9]{1,10})?") || Double.parseDouble(value) > MAX_SCORE) {
            throw new IllegalArgumentException(name + " is no score");
        }
        return Double.parseDouble(value);
    }

    /// The scores by name, for the store: `score.time-spy.graphics`.
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        for (Score score : scores) {
            String test = score.test()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-")
                    .replaceAll("^-|-$", "");
            metrics.put("score." + test + "." + score.kind().name().toLowerCase(Locale.ROOT), score.value());
        }
        return metrics;
    }
}
