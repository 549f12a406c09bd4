package dev.nptune.bench.capture;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// CapFrameX records: `{Info, Runs: [{CaptureData: {MsBetweenPresents: […], …}}]}`, read as they come in, so that
/// only what is wanted is kept. Each run is a stream of its own.
///
/// Arrays may be null or absent; one that is not as long as the frame times is left out. Bounds are those of
/// [Budget], [Json#MAX_DEPTH] levels, numbers and names of at most 1000 characters.
final class CapFrameXJson {
    private static final int MAX_INFO = 64;
    private static final int MAX_RUNS = 1000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxNumberLength(1000)
                    .maxNameLength(1000)
                    .build())
            .build();

    private final String source;
    private final Budget budget;
    private final Map<String, String> info = new LinkedHashMap<>();
    private final List<Map<Slot, Doubles>> runs = new ArrayList<>();

    private CapFrameXJson(String source, Budget budget) {
        this.source = source;
        this.budget = budget;
    }

    /// Reads a record.
    ///
    /// @throws UserException if it is no such record, or holds too much
    static List<Capture> read(InputStream in, String source, Budget budget) throws UserException {
        CapFrameXJson reader = new CapFrameXJson(source, budget);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
            reader.record(parser);
        } catch (JacksonException e) {
            long line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
            throw Messages.refuse(
                    source,
                    "is JSON that cannot be read: " + Messages.quote(e.getOriginalMessage())
                            + (line < 0 ? "" : ", line " + line),
                    "record again, or export it from CapFrameX once more");
        }
        return reader.captures();
    }

    private void record(JsonParser parser) throws UserException {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("Info") && value == JsonToken.START_OBJECT) {
                info(parser);
            } else if (name.equals("Runs") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    run(parser);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private void info(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value.isScalarValue() && value != JsonToken.VALUE_NULL && info.size() < MAX_INFO) {
                info.putIfAbsent(Head.brief(name), Head.brief(parser.getString()));
            } else {
                parser.skipChildren();
            }
        }
    }

    private void run(JsonParser parser) throws UserException {
        if (runs.size() == MAX_RUNS) {
            throw Messages.refuse(source, "has more than " + MAX_RUNS + " runs", "record fewer into one file");
        }
        Map<Slot, Doubles> data = new EnumMap<>(Slot.class);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("CaptureData") && value == JsonToken.START_OBJECT) {
                data(parser, data);
            } else {
                parser.skipChildren();
            }
        }
        runs.add(data);
    }

    private void data(JsonParser parser, Map<Slot, Doubles> data) throws UserException {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            Optional<Slot> slot = slot(parser.currentName());
            JsonToken value = parser.nextToken();
            if (slot.isPresent() && value == JsonToken.START_ARRAY) {
                data.put(slot.get(), numbers(parser));
            } else {
                parser.skipChildren();
            }
        }
    }

    private static Optional<Slot> slot(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "MsBetweenPresents" -> Slot.FRAME;
                    case "MsBetweenDisplayChange" -> Slot.DISPLAY;
                    case "TimeInSeconds" -> Slot.TIME;
                    case "QPCTime" -> Slot.QPC;
                    case "Dropped" -> Slot.DROPPED;
                    case "MsInPresentAPI" -> Slot.IN_PRESENT;
                    case "MsUntilDisplayed" -> Slot.UNTIL_DISPLAYED;
                    case "AnimationError" -> Slot.ANIMATION;
                    default -> null;
                });
    }

    private Doubles numbers(JsonParser parser) throws UserException {
        Doubles values = new Doubles();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            budget.take(1);
            if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
                values.add(parser.getDoubleValue());
            } else if (token == null) {
                return values;
            } else {
                parser.skipChildren();
                values.add(token == JsonToken.VALUE_TRUE ? 1 : token == JsonToken.VALUE_FALSE ? 0 : Double.NaN);
            }
        }
        return values;
    }

    private List<Capture> captures() throws UserException {
        List<Capture> captures = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Doubles frames = runs.get(i).get(Slot.FRAME);
            if (frames != null) {
                captures.add(capture(runs.get(i), frames, runs.size() == 1 ? "" : "run " + (i + 1)));
            }
        }
        captures.removeIf(capture -> capture.frames() == 0);
        if (captures.isEmpty()) {
            throw Messages.refuse(
                    source,
                    "is JSON without frames: there is no Runs[].CaptureData.MsBetweenPresents in it",
                    "give a record of CapFrameX");
        }
        return captures;
    }

    /// As a table's rows would have been read.
    private Capture capture(Map<Slot, Doubles> data, Doubles frames, String chain) throws UserException {
        data.values().removeIf(column -> column.size() != frames.size());
        List<Slot> columns = List.copyOf(data.keySet());
        int[] slots = columns.stream().mapToInt(Slot::at).toArray();
        Layout layout = new Layout(
                Format.CAPFRAMEX_JSON,
                columns.stream()
                        .map(slot -> slot == Slot.FRAME ? "MsBetweenPresents" : slot.name())
                        .toList(),
                slots,
                data.containsKey(Slot.DROPPED) ? Layout.Dropped.COLUMN : Layout.Dropped.UNKNOWN,
                Layout.Clock.SECONDS);
        StreamBuilder stream = new StreamBuilder(layout, budget, info.getOrDefault("ProcessName", ""), "", chain);
        double[] numbers = new double[Slot.COUNT - Slot.NUMBERS];
        Arrays.fill(numbers, Double.NaN);
        for (int i = 0; i < frames.size(); i++) {
            for (Slot slot : columns) {
                numbers[slot.at() - Slot.NUMBERS] =
                        Objects.requireNonNull(data.get(slot)).get(i);
            }
            double frame = frames.get(i);
            stream.row(i + 1L, numbers, false, Dates.NONE, _ -> Optional.of(String.valueOf(frame)));
        }
        return stream.finish(source, new Head.Found(layout, 0, 1, Optional.ofNullable(info.get("AppVersion")), info));
    }
}
