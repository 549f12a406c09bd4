package dev.nptune.kernel.relocate;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
public class CorpusTrial {
    public static void main(String[] args) throws Exception {
        long seed = Long.parseLong(args[0]); int count = Integer.parseInt(args[1]);
        Tally tally = new Tally();
        long t=0;
        for (int k = 2; k < args.length; k++) {
            Corpus corpus = new Corpus(Path.of(args[k]).getFileName().toString(), Files.readString(Path.of(args[k]), StandardCharsets.ISO_8859_1));
            for (Corpus.Case c : corpus.cases(new Random(seed + k), count)) {
                long t0=System.nanoTime();
                Relocation r;
                try { r = Relocator.relocate(c.file(), c.hunk()); } catch (RuntimeException e) { e.printStackTrace(); continue; }
                t += System.nanoTime()-t0;
                tally.add(c, r);
            }
        }
        System.out.println(tally.table());
        tally.refusals().entrySet().stream().sorted((a,b)->b.getValue()-a.getValue()).limit(40).limit(25).forEach(e -> System.out.println(e.getValue()+" "+e.getKey()));
        System.out.println("ms each " + t/1e6/tally.total());
        Files.writeString(Path.of("/tmp/wrong.txt"), String.join("\n\n=====\n", tally.wrong()));
    }
}
