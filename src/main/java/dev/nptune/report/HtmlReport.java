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
        Markup main = Markup.of("main").add(top(story));
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
        Markup html = Markup.of("html")
                .attr("lang", "en")
                .add(head(story), Markup.of("body").add(main));
        return "<!DOCTYPE html>\n" + html + "\n";
    }

    private static Markup head(TuneStory story) {
        String sheet = Styles.read("bars.css") + Styles.read("report.css");
        String policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + Styles.policy(sheet);
        return Markup.of("head")
                .add(
                        Markup.of("meta").attr("charset", "utf-8"),
                        Markup.of("meta")
                                .attr("http-equiv", "Content-Security-Policy")
                                .attr("content", policy),
                        Markup.of("meta")
                                .attr("name", "viewport")
                                .attr("content", "width=device-width, initial-scale=1"),
                        Markup.of("title", story.title()),
                        Markup.of("style").raw(sheet));
    }

    private static Markup top(TuneStory story) {
        return Markup.of("header")
                .add(
                        Markup.of("h1", story.title()),
                        Markup.of("p", story.when()).css("soft"));
    }

    private static Markup result(TuneStory story) {
        Markup section = section("How close to bare metal");
        if (story.efficiencyBefore() != null || story.efficiencyAfter() != null) {
            section.add(headline(story.efficiencyBefore(), story.efficiencyAfter()));
            section.add(Markup.of("p", headlineMeaning(story)).css("soft"));
        }
        return section.add(
                table(story),
                Markup.of("p", "× is how many times the bare-metal time it took: 1 is bare metal, more is slower.")
                        .css("soft note"));
    }

    private static Markup headline(@Nullable Double before, @Nullable Double after) {
        return Markup.of("div")
                .css("headline")
                .add(
                        Markup.of("span", before == null ? Figures.NONE : Figures.percent(before))
                                .css("big was"),
                        Markup.of("span", "→").css("arrow"),
                        Markup.of("span", after == null ? Figures.NONE : Figures.percent(after))
                                .css("big is"),
                        Markup.of("span", "of bare-metal speed").css("soft"));
    }

    private static String headlineMeaning(TuneStory story) {
        return "Before and after tuning: the geometric mean of bare time ÷ time in the VM over the first "
                + story.counted() + " workloads of the table, measured in this run.";
    }

    private static Markup table(TuneStory story) {
        Markup body = Markup.of("tbody");
        List<Workload> all = story.workloads();
        for (int i = 0; i < all.size(); i++) {
            body.add(row(all.get(i)));
            if (i == story.counted() - 1) {
                body.add(meanRow(all.subList(0, story.counted()), all.size()));
            }
        }
        Markup titles = Markup.of("tr")
                .add(
                        Markup.of("th", "workload"),
                        Markup.of("th", "bare").css("number"),
                        Markup.of("th", "before").css("number"),
                        Markup.of("th", "after").css("number"));
        Markup table = Markup.of("table").add(Markup.of("thead").add(titles), body);
        return Markup.of("div").css("scroll").add(table);
    }

    private static Markup row(Workload workload) {
        Markup name = Markup.of("td", workload.name() + " ")
                .add(Markup.of("span", workload.unit()).css("unit"));
        return Markup.of("tr")
                .add(
                        name,
                        Markup.of("td", Figures.value(workload, workload.bare()))
                                .css("number"),
                        value(workload, workload.before()),
                        value(workload, workload.after()));
    }

    private static Markup value(Workload workload, @Nullable Double value) {
        Markup cell = Markup.of("td", Figures.value(workload, value)).css("number");
        Figures.toBare(workload, value).ifPresent(ratio -> cell.add(Markup.of("small", times(ratio))));
        return cell;
    }

    private static Markup meanRow(List<Workload> inMean, int all) {
        return Markup.of("tr")
                .css("mean")
                .add(
                        Markup.of("td", Figures.meanTitle(inMean.size(), all)),
                        Markup.of("td").css("number"),
                        mean(inMean, Workload::before),
                        mean(inMean, Workload::after));
    }

    private static Markup mean(List<Workload> inMean, Function<Workload, @Nullable Double> value) {
        var mean = Figures.meanToBare(inMean, value);
        return Markup.of("td", mean.isPresent() ? times(mean.getAsDouble()) : Figures.NONE)
                .css("number");
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "× %.2f", ratio);
    }

    private static Markup pictures(TuneStory story) {
        return section("Time relative to bare metal")
                .add(
                        Markup.of("p", "Bare metal is 1, the dashed line. Shorter is better; a bar with a gap is longer than drawn.")
                                .css("soft"),
                        Bars.picture(story.workloads(), Bars.WIDE, "wide"),
                        Bars.picture(story.workloads(), Bars.NARROW, "narrow"));
    }

    private static Markup steps(List<Step> steps) {
        Markup list = Markup.of("ol").css("steps");
        for (Step step : steps) {
            Markup what = Markup.of("span").add(Markup.of("strong", step.name()));
            if (!step.detail().isBlank()) {
                what.add(Markup.of("span", step.detail()).css("detail"));
            }
            String time = String.format(Locale.ROOT, "%.1f s", step.seconds());
            list.add(Markup.of("li").add(what, Markup.of("span", time).css("time")));
        }
        return section("What was done").add(list);
    }

    private static Markup findings(List<Answered> findings) {
        long fixed = findings.stream().filter(Answered::fixed).count();
        Markup section = section("What was wrong: " + findings.size() + " found, " + fixed + " fixed");
        findings.forEach(f -> section.add(finding(f)));
        return section;
    }

    private static Markup finding(Answered answered) {
        Finding finding = answered.finding();
        Markup tags = Markup.of("div")
                .add(
                        Markup.of("span", answered.fixed() ? "fixed" : "left")
                                .css(answered.fixed() ? "tag fixed" : "tag left"),
                        Markup.of("span", finding.severity().name().toLowerCase(Locale.ROOT))
                                .css("tag"),
                        Markup.of("code", finding.rule()).css("soft"));
        Markup article = Markup.of("div").css("finding").add(Markup.of("h3", finding.title()), tags);
        finding.evidence().forEach(e -> article.add(evidence(e)));
        paragraph(article, "Effect", finding.effect());
        paragraph(article, "Fix", finding.fix());
        paragraph(article, "Risk", finding.risk());
        if (!finding.source().isBlank()) {
            article.add(Markup.of("p", "Source: " + finding.source()).css("soft"));
        }
        return article;
    }

    private static Markup evidence(Evidence evidence) {
        return Markup.of("div")
                .css("evidence")
                .add(Markup.of("dl")
                        .add(
                                Markup.of("dt", "where"),
                                Markup.of("dd").add(Markup.of("code", evidence.where())),
                                Markup.of("dt", "found"),
                                Markup.of("dd").add(Markup.of("code", evidence.found())),
                                Markup.of("dt", "wanted"),
                                Markup.of("dd").add(Markup.of("code", evidence.wanted()))));
    }

    private static void paragraph(Markup parent, String title, String text) {
        if (!text.isBlank()) {
            parent.add(Markup.of("p").add(Markup.of("strong", title + ": ")).text(text));
        }
    }

    private static Markup changes(TuneStory story) {
        Markup pre = Markup.of("pre");
        story.diff()
                .lines()
                .forEach(line -> pre.add(Markup.of("span", line + "\n").css(kind(line))));
        Markup section = section("What was changed");
        if (!story.journal().isBlank()) {
            section.add(Markup.of("p")
                    .css("soft")
                    .text("Every change can be taken back; the journal is ")
                    .add(Markup.of("code", story.journal()))
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

    private static Markup method(List<String> paragraphs) {
        return section("How it was measured")
                .add(paragraphs.stream().map(p -> Markup.of("p", p)).toList());
    }

    private static Markup definitions(Map<String, String> pairs) {
        Markup list = Markup.of("dl");
        pairs.forEach((name, value) -> list.add(Markup.of("dt", name), Markup.of("dd", value)));
        return list;
    }

    private static Markup section(String title) {
        return Markup.of("section").add(Markup.of("h2", title));
    }
}
