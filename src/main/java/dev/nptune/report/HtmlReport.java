package dev.nptune.report;

import dev.nptune.bench.Workload;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.report.TuneStory.Answered;
import dev.nptune.report.TuneStory.Step;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One HTML file that tells a run of `nptune tune`: it can be mailed, opened years later and read without a network.
///
/// No script, no resource from elsewhere, a content security policy that forbids both; light or dark as the reader's
/// system is. Everything that came from a machine is escaped. The text is well-formed XML too, which tests rely on.
public final class HtmlReport {
    private HtmlReport() {}

    /// The whole document.
    public static String of(TuneStory story) {
        Element main = Element.of("main").add(top(story));
        if (!story.workloads().isEmpty()) {
            main.add(result(story), pictures(story));
        }
        if (!story.steps().isEmpty()) {
            main.add(steps(story.steps()));
        }
        if (!story.findings().isEmpty()) {
            main.add(findings(story.findings()));
        }
        if (!story.diff().isBlank()) {
            main.add(changes(story));
        }
        if (!story.method().isEmpty()) {
            main.add(method(story.method()));
        }
        if (!story.environment().isEmpty()) {
            main.add(section("What took part").add(definitions(story.environment())));
        }
        Element html = Element.of("html")
                .attr("lang", "en")
                .add(head(story), Element.of("body").add(main));
        return "<!DOCTYPE html>\n" + html + "\n";
    }

    private static Element head(TuneStory story) {
        String sheet = Styles.read("bars.css") + Styles.read("report.css");
        String policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + Styles.policy(sheet);
        return Element.of("head")
                .add(
                        Element.of("meta").attr("charset", "utf-8"),
                        Element.of("meta")
                                .attr("http-equiv", "Content-Security-Policy")
                                .attr("content", policy),
                        Element.of("meta")
                                .attr("name", "viewport")
                                .attr("content", "width=device-width, initial-scale=1"),
                        Element.of("title", story.title()),
                        Element.of("style").raw(sheet));
    }

    private static Element top(TuneStory story) {
        return Element.of("header")
                .add(
                        Element.of("h1", story.title()),
                        Element.of("p", story.when()).css("soft"));
    }

    private static Element result(TuneStory story) {
        Element section = section("How close to bare metal");
        if (story.efficiencyBefore() != null || story.efficiencyAfter() != null) {
            section.add(headline(story.efficiencyBefore(), story.efficiencyAfter()));
            section.add(Element.of("p", headlineMeaning(story)).css("soft"));
        }
        return section.add(
                table(story),
                Element.of("p", "× is how many times the bare-metal time it took: 1 is bare metal, more is slower.")
                        .css("soft note"));
    }

    private static Element headline(@Nullable Double before, @Nullable Double after) {
        return Element.of("div")
                .css("headline")
                .add(
                        Element.of("span", before == null ? Figures.NONE : Figures.percent(before))
                                .css("big was"),
                        Element.of("span", "→").css("arrow"),
                        Element.of("span", after == null ? Figures.NONE : Figures.percent(after))
                                .css("big is"),
                        Element.of("span", "of bare-metal speed").css("soft"));
    }

    private static String headlineMeaning(TuneStory story) {
        return "Before and after tuning: the geometric mean of bare time ÷ time in the VM over the first "
                + story.counted() + " workloads of the table, measured in this run.";
    }

    private static Element table(TuneStory story) {
        Element body = Element.of("tbody");
        List<Workload> all = story.workloads();
        for (int i = 0; i < all.size(); i++) {
            body.add(row(all.get(i)));
            if (i == story.counted() - 1) {
                body.add(meanRow(all.subList(0, story.counted()), all.size()));
            }
        }
        Element titles = Element.of("tr")
                .add(
                        Element.of("th", "workload"),
                        Element.of("th", "bare").css("number"),
                        Element.of("th", "before").css("number"),
                        Element.of("th", "after").css("number"));
        Element table = Element.of("table").add(Element.of("thead").add(titles), body);
        return Element.of("div").css("scroll").add(table);
    }

    private static Element row(Workload workload) {
        Element name = Element.of("td", workload.name() + " ")
                .add(Element.of("span", workload.unit()).css("unit"));
        return Element.of("tr")
                .add(
                        name,
                        Element.of("td", Figures.value(workload, workload.bare()))
                                .css("number"),
                        value(workload, workload.before()),
                        value(workload, workload.after()));
    }

    private static Element value(Workload workload, @Nullable Double value) {
        Element cell = Element.of("td", Figures.value(workload, value)).css("number");
        Figures.toBare(workload, value).ifPresent(ratio -> cell.add(Element.of("small", times(ratio))));
        return cell;
    }

    private static Element meanRow(List<Workload> inMean, int all) {
        return Element.of("tr")
                .css("mean")
                .add(
                        Element.of("td", Figures.meanTitle(inMean.size(), all)),
                        Element.of("td").css("number"),
                        mean(inMean, Workload::before),
                        mean(inMean, Workload::after));
    }

    private static Element mean(List<Workload> inMean, Function<Workload, @Nullable Double> value) {
        var mean = Figures.meanToBare(inMean, value);
        return Element.of("td", mean.isPresent() ? times(mean.getAsDouble()) : Figures.NONE)
                .css("number");
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "× %.2f", ratio);
    }

    private static Element pictures(TuneStory story) {
        return section("Time relative to bare metal")
                .add(
                        Element.of(
                                        "p",
                                        "Bare metal is 1, the dashed line. Shorter is better; a bar with a gap is longer than drawn.")
                                .css("soft"),
                        Bars.picture(story.workloads(), Bars.WIDE, "wide"),
                        Bars.picture(story.workloads(), Bars.NARROW, "narrow"));
    }

    private static Element steps(List<Step> steps) {
        Element list = Element.of("ol").css("steps");
        for (Step step : steps) {
            Element what = Element.of("span").add(Element.of("strong", step.name()));
            if (!step.detail().isBlank()) {
                what.add(Element.of("span", step.detail()).css("detail"));
            }
            String time = String.format(Locale.ROOT, "%.1f s", step.seconds());
            list.add(Element.of("li").add(what, Element.of("span", time).css("time")));
        }
        return section("What was done").add(list);
    }

    private static Element findings(List<Answered> findings) {
        long fixed = findings.stream().filter(Answered::fixed).count();
        Element section = section("What was wrong: " + findings.size() + " found, " + fixed + " fixed");
        findings.forEach(f -> section.add(finding(f)));
        return section;
    }

    private static Element finding(Answered answered) {
        Finding finding = answered.finding();
        Element tags = Element.of("div")
                .add(
                        Element.of("span", answered.fixed() ? "fixed" : "left")
                                .css(answered.fixed() ? "tag fixed" : "tag left"),
                        Element.of("span", finding.severity().name().toLowerCase(Locale.ROOT))
                                .css("tag"),
                        Element.of("code", finding.rule()).css("soft"));
        Element article = Element.of("div").css("finding").add(Element.of("h3", finding.title()), tags);
        finding.evidence().forEach(e -> article.add(evidence(e)));
        paragraph(article, "Effect", finding.effect());
        paragraph(article, "Fix", finding.fix());
        paragraph(article, "Risk", finding.risk());
        if (!finding.source().isBlank()) {
            article.add(Element.of("p", "Source: " + finding.source()).css("soft"));
        }
        return article;
    }

    private static Element evidence(Evidence evidence) {
        return Element.of("div")
                .css("evidence")
                .add(Element.of("dl")
                        .add(
                                Element.of("dt", "where"),
                                Element.of("dd").add(Element.of("code", evidence.where())),
                                Element.of("dt", "found"),
                                Element.of("dd").add(Element.of("code", evidence.found())),
                                Element.of("dt", "wanted"),
                                Element.of("dd").add(Element.of("code", evidence.wanted()))));
    }

    private static void paragraph(Element parent, String title, String text) {
        if (!text.isBlank()) {
            parent.add(Element.of("p").add(Element.of("strong", title + ": ")).text(text));
        }
    }

    private static Element changes(TuneStory story) {
        Element pre = Element.of("pre");
        story.diff()
                .lines()
                .forEach(line -> pre.add(Element.of("span", line + "\n").css(kind(line))));
        Element section = section("What was changed");
        if (!story.journal().isBlank()) {
            section.add(Element.of("p")
                    .css("soft")
                    .text("Every change can be taken back; the journal is ")
                    .add(Element.of("code", story.journal()))
                    .text("."));
        }
        return section.add(pre);
    }

    private static String kind(String line) {
        if (line.startsWith("@@") || line.startsWith("+++") || line.startsWith("---")) {
            return "hunk";
        }
        return line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "same";
    }

    private static Element method(List<String> paragraphs) {
        return section("How it was measured")
                .add(paragraphs.stream().map(p -> Element.of("p", p)).toList());
    }

    private static Element definitions(Map<String, String> pairs) {
        Element list = Element.of("dl");
        pairs.forEach((name, value) -> list.add(Element.of("dt", name), Element.of("dd", value)));
        return list;
    }

    private static Element section(String title) {
        return Element.of("section").add(Element.of("h2", title));
    }
}
