package dev.nptune.bench.disk;

import dev.nptune.Resources;
import java.nio.charset.StandardCharsets;

/// Results as the tools write them.
final class Samples {
    /// Version 8; the numbers are made up, but agree with each other.
    static final String CRYSTAL_8 = """
            ------------------------------------------------------------------------------
            CrystalDiskMark 8.0.4 x64 (C) 2007-2021 hiyohiyo
                                              Crystal Dew World: https://crystalmark.info/
            ------------------------------------------------------------------------------
            * MB/s = 1,000,000 bytes/s [SATA/600 = 600,000,000 bytes/s]
            * KB = 1000 bytes, KiB = 1024 bytes

            [Read]
              SEQ    1MiB (Q=  8, T= 1):  3512.318 MB/s [   3349.6 IOPS] <  2386.11 us>
              RND    4KiB (Q= 32, T=16):   402.771 MB/s [  98332.8 IOPS] <  5193.00 us>

            [Write]
              SEQ    1MiB (Q=  8, T= 1):  2904.551 MB/s [   2770.0 IOPS] <  2874.30 us>
              RND    4KiB (Q=  1, T= 1):     0.000 MB/s [      0.0 IOPS] <     0.00 us>

            [Mix] Read 70%/Write 30%
              RND    4KiB (Q=  1, T= 1):    55.870 MB/s [  13640.1 IOPS] <    72.95 us>

            Profile: Default
               Test: 1 GiB (x5) [C: 41% (98/239GiB)]
               Mode: [Admin]
               Time: Measure 5 sec / Interval 5 sec\s
               Date: 2026/05/02 21:14:09
                 OS: Windows 11 Professional [10.0 Build 26100] (x64)
            """;

    /// The kinds of line of version 6.
    static final String CRYSTAL_6 = """
            CrystalDiskMark 6.0.2 x64 (C) 2007-2018 hiyohiyo
               Sequential Read (Q= 32,T= 1) :   561.231 MB/s
              Sequential Write (Q= 32,T= 1) :   524.382 MB/s
              Random Read 4KiB (Q=  8,T= 8) :   393.900 MB/s [  96166.9 IOPS]
             Random Write 4KiB (Q=  1,T= 1) :   134.580 MB/s [  32856.4 IOPS]

              Test : 1024 MiB [C: 26.4% (122.8/465.2 GiB)] (x5) <0Fill> [Interval=5 sec]
              Date : 2018/12/15 0:48:36
            """;

    /// The kinds of line of version 3.
    static final String CRYSTAL_3 = """
            CrystalDiskMark 3.0.1 x64 (C) 2007-2010 hiyohiyo
                       Sequential Read :   505.825 MB/s
                     Random Write 512KB :   190.461 MB/s
                Random Read 4KB (QD=1) :    25.206 MB/s [  6153.8 IOPS]
              Random Write 4KB (QD=32) :   174.695 MB/s [ 42650.1 IOPS]

              Test : 1000 MB [C: 33.0% (39.3/119.1 GB)] (x5)
            """;

    /// fio 2: microseconds and KiB.
    static final String FIO_2 = """
            fio: this platform does not support process shared mutexes
            {
              "fio version" : "fio-2.10",
              "global options" : {"ioengine" : "libaio", "direct" : "1", "iodepth" : "8"},
              "jobs" : [ {
                "jobname" : "old", "groupid" : 0,
                "job options" : {"bs" : "4k", "rw" : "randread", "filename" : "/dev/sdb"},
                "read" : {"io_bytes" : 1200000, "bw" : 40000, "iops" : 10000.00, "runtime" : 30000, "total_ios" : 300000,
                  "clat" : {"min" : 6, "max" : 4181, "mean" : 795.00, "stddev" : 2.07,
                    "percentile" : {"50.000000" : 780, "99.000000" : 1400, "0.00" : 0}},
                  "lat" : {"min" : 6, "max" : 4185, "mean" : 800.00, "stddev" : 2.07}},
                "write" : {"io_bytes" : 0, "bw" : 0, "iops" : 0.00}
              } ]
            }
            """;

    private Samples() {}

    /// fio 3.33 with `direct=1`: random reads and writes by three processes, `group_reporting`.
    static String mixed() {
        return Resources.text("bench/disk/fio-3.33-mixed.json");
    }

    /// The same through the page cache, on a machine of 24 GB.
    static String cached() {
        return Resources.text("bench/disk/fio-3.33-cached.json");
    }

    /// `--output-format=json,normal`, two jobs one after the other.
    static String twoJobs() {
        return Resources.text("bench/disk/fio-3.33-two-jobs.txt");
    }

    static DiskResult read(String text) {
        return DiskResultFile.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
