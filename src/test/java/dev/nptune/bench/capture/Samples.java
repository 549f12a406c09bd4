package dev.nptune.bench.capture;

import java.util.List;

/// A small capture in each format, made up, in the tools' own columns.
final class Samples {
    private static final String STREAM = "Game.exe,4242,0x1";

    static final String PRESENTMON_1 = """
            Application,ProcessID,SwapChainAddress,Runtime,SyncInterval,PresentFlags,Dropped,TimeInSeconds,msInPresentAPI,msBetweenPresents,AllowsTearing,PresentMode,msUntilRenderComplete,msUntilDisplayed,msBetweenDisplayChange,QPCTime
            dwm.exe,8,0x2,DXGI,1,0,0,1.00000000000000,0.1,0.0,0,Composed: Flip,1,2,0,10000000
            %1$s,DXGI,0,0,0,1.00000000000000,0.50000000000000,0.00000000000000,0,Composed: Flip,3.0,9.0,0.0,10000000
            %1$s,DXGI,0,0,0,1.01000000000000,0.40000000000000,10.00000000000000,0,Composed: Flip,3.0,8.0,9.0,10100000
            %1$s,DXGI,0,0,1,1.03000000000000,0.30000000000000,20.00000000000000,0,Composed: Flip,3.0,0.0,0.0,10300000
            %1$s,DXGI,0,0,0,1.04500000000000,0.20000000000000,15.00000000000000,0,Composed: Flip,3.0,7.0,34.0,10450000
            """.formatted(STREAM);

    static final String PRESENTMON_2_0 = """
            Application,ProcessID,SwapChainAddress,PresentRuntime,SyncInterval,PresentFlags,AllowsTearing,PresentMode,CPUStartTime,CPUBusy,CPUWait,GPULatency,GPUTime,GPUBusy,GPUWait,DisplayLatency,DisplayedTime,ClickToPhotonLatency
            %1$s,DXGI,0,0,0,Composed: Flip,1.0000,9.5,0.5,1,8,8,0,20,16.6,NA
            %1$s,DXGI,0,0,0,Composed: Flip,1.0100,19,1,1,8,8,0,20,NA,NA
            %1$s,DXGI,0,0,0,Composed: Flip,1.0300,14,1,1,8,8,0,20,16.6,NA
            """.formatted(STREAM);

    static final String PRESENTMON_2 = """
            Application,ProcessID,SwapChainAddress,PresentRuntime,SyncInterval,PresentFlags,AllowsTearing,PresentMode,FrameType,CPUStartTime,FrameTime,CPUBusy,CPUWait,GPULatency,GPUTime,GPUBusy,GPUWait,DisplayLatency,DisplayedTime,AnimationError,AnimationTime,MsFlipDelay,AllInputToPhotonLatency,ClickToPhotonLatency
            %1$s,DXGI,0,0,0,Composed: Flip,Application,1000.0,10.0,9,1,1,8,8,0,20,5.0,NA,0,NA,NA,NA
            %1$s,DXGI,0,0,0,Composed: Flip,Intel XeSS-FG,NA,NA,NA,NA,NA,NA,NA,NA,NA,5.5,NA,NA,NA,NA,NA
            %1$s,DXGI,0,0,0,Composed: Flip,Application,1010.0,20.0,19,1,1,8,8,0,20,9.0,-1.5,10,NA,NA,NA
            %1$s,DXGI,0,0,0,Composed: Flip,Intel XeSS-FG,NA,NA,NA,NA,NA,NA,NA,NA,NA,9.5,NA,NA,NA,NA,NA
            %1$s,DXGI,0,0,0,Composed: Flip,Application,1030.0,15.0,14,1,1,8,8,0,NA,NA,NA,NA,NA,NA,NA
            """.formatted(STREAM);

    static final String PRESENTMON_NEW = """
            Application,ProcessID,SwapChainAddress,PresentRuntime,SyncInterval,PresentFlags,AllowsTearing,PresentMode,TimeInDateTime,MsBetweenSimulationStart,MsBetweenPresents,MsBetweenDisplayChange,MsInPresentAPI,MsRenderPresentLatency,MsUntilDisplayed,CPUStartDateTime,MsBetweenAppStart,MsCPUBusy,MsCPUWait,MsAnimationError,AnimationTime
            %1$s,DXGI,0,0,0,Composed: Flip,2026-3-9 7:08:09.500000000,NA,10.0,11.0,0.5,1,9.0,2026-3-9 7:08:09.490000000,10,9,1,NA,0
            %1$s,DXGI,0,0,0,Composed: Flip,2026-3-9 7:08:09.520000000,NA,20.0,NA,0.5,1,NA,2026-3-9 7:08:09.500000000,10,9,1,2.5,0
            %1$s,DXGI,0,0,0,Composed: Flip,2026-3-9 7:08:09.535000000,NA,15.0,33.0,0.5,1,8.0,2026-3-9 7:08:09.520000000,10,9,1,-0.5,0
            """.formatted(STREAM);

    static final String CAPFRAMEX_JSON = """
            {"Hash":"x","Info":{"AppVersion":"1.7.4","ProcessName":"Game.exe","GameName":"A Game","GPU":null,"Id":"7"},
             "Runs":[{"Hash":"a","SampleTime":250,"SensorData":{"Cpu":[1,2,{"x":[3]}]},"CaptureData":{
               "TimeInSeconds":[0.0,0.01,0.03,0.045],"MsBetweenPresents":[0.0,10.0,20.0,15.0],
               "MsInPresentAPI":[0.5,0.4,0.3,0.2],"MsUntilDisplayed":[9,8,0,7],"MsBetweenDisplayChange":[0,9,0,34],
               "QPCTime":null,"Dropped":[false,false,true,false],"PresentMode":[1,1,1,1],"AnimationError":["NaN",NaN,2.5,-0.5],
               "GpuActive":[1,2]}}]}
            """;

    static final String CAPFRAMEX_CSV = """
            //GameName=A Game
            //ProcessName=Game.exe
            //CreationDate=2026-03-09
            Application,ProcessID,SwapChainAddress,Runtime,SyncInterval,PresentFlags,AllowsTearing,PresentMode,WasBatched,DwmNotified,Dropped,TimeInSeconds,MsBetweenPresents,MsBetweenDisplayChange,MsInPresentAPI,MsUntilRenderComplete,MsUntilDisplayed
            %1$s,DXGI,0,0,0,Composed: Flip,0,0,0,0.01,10.0,9.0,0.4,3,8
            %1$s,DXGI,0,0,0,Composed: Flip,0,0,1,0.03,20.0,0,0.3,3,0
            %1$s,DXGI,0,0,0,Composed: Flip,0,0,0,0.045,15.0,34.0,0.2,3,7
            """.formatted(STREAM);

    static final String OCAT = """
            Application,ProcessID,SwapChainAddress,Runtime,SyncInterval,PresentFlags,AllowsTearing,PresentMode,WasBatched,DwmNotified,Dropped,TimeInSeconds,MsBetweenPresents,MsBetweenDisplayChange,MsInPresentAPI,MsUntilRenderComplete,MsUntilDisplayed,Motherboard,OS,Processor
            %1$s,DXGI,0,0,1,Composed: Flip,0,0,0,0.01,10.0,9.0,0.4,3,8,"Maker, Inc. ""Board"" 7",Windows,CPU
            %1$s,DXGI,0,0,1,Composed: Flip,0,0,1,0.03,20.0,0,0.3,3,0
            %1$s,DXGI,0,0,1,Composed: Flip,0,0,0,0.045,15.0,34.0,0.2,3,7
            """.formatted(STREAM);

    static final String FRAMEVIEW = """
            Application,GPU,CPU,Resolution,Runtime,AllowsTearing,ProcessID,SwapChainAddress,SyncInterval,PresentFlags,PresentMode,Dropped,TimeInSeconds,MsBetweenPresents,MsBetweenDisplayChange,MsInPresentAPI,MsRenderPresentLatency,MsUntilDisplayed,Render Queue Depth,MsPCLatency,GPU0Clk(MHz)
            Game.exe,GPU,CPU,1920x1080,DXGI,0,4242,0x1,0,0,Composed: Flip,0,0.01,10.0,9.0,0.4,3,8,1.5,30,1800
            Game.exe,GPU,CPU,1920x1080,DXGI,0,4242,0x1,0,0,Composed: Flip,1,0.03,20.0,NA,0.3,3,NA,1.5,30,1800
            Game.exe,GPU,CPU,1920x1080,DXGI,0,4242,0x1,0,0,Composed: Flip,0,0.045,15.0,34.0,0.2,3,7,1.5,30,1800
            """;

    static final String MANGOHUD = """
            os,cpu,gpu,ram,kernel,driver,cpuscheduler
            Debian,CPU,GPU,32148228,6.1.0,,performance
            fps,frametime,cpu_load,cpu_power,gpu_load,cpu_temp,gpu_temp,gpu_core_clock,gpu_mem_clock,gpu_vram_used,gpu_power,ram_used,swap_used,process_rss,cpu_mhz,elapsed
            100,10,3.3,0,0,44,0,950,0,0,0,10.0,2.0,0,800,10000000
            50,20,3.3,0,0,44,0,950,0,0,0,10.0,2.0,0,800,30000000
            66.6667,15,3.3,0,0,44,0,950,0,0,0,10.0,2.0,0,800,45000000
            """;

    static final String MANGOHUD_VERSIONED = """
            v1
            0.7.1
            ---------------------SYSTEM INFO---------------------
            os,cpu,gpu,ram,kernel,driver,cpuscheduler
            Debian,CPU,GPU,32148228,6.1.0,,performance
            --------------------FRAME METRICS--------------------
            fps,frametime,cpu_load,gpu_load,cpu_temp,gpu_temp,gpu_core_clock,gpu_mem_clock,gpu_vram_used,gpu_power,ram_used,elapsed
            100,10,3.3,0,44,0,950,0,0,0,10.0,10000000
            50,20,3.3,0,44,0,950,0,0,0,10.0,30000000
            66.6667,15,3.3,0,44,0,950,0,0,0,10.0,45000000
            """;

    static final String MANGOHUD_MICROS = """
            os,cpu,gpu,ram,kernel,driver,cpuscheduler
            Debian,CPU,GPU,32148228,5.4.0,,performance
            fps,frametime,cpu_load,gpu_load,cpu_temp,gpu_temp,gpu_core_clock,gpu_mem_clock,gpu_vram_used,gpu_power,ram_used,elapsed
            100,10000,3.3,0,44,0,950,0,0,0,10.0,10000000
            50,20000,3.3,0,44,0,950,0,0,0,10.0,30000000
            66.6667,15000,3.3,0,44,0,950,0,0,0,10.0,45000000
            """;

    static final String FRAPS = """
            Frame, Time (ms)
                1,      0.000
                2,     10.000
                3,     30.000
                4,     45.000
            """;

    static final String AFTERBURNER = """
            00, 09-03-2026 07:08:09, Hardware monitoring log v1.6
            01, 09-03-2026 07:08:09, A GPU
            02, 09-03-2026 07:08:09, GPU temperature     ,Framerate           ,Frametime
            03, 09-03-2026 07:08:09, 0                   ,°C   ,0.000 ,100.000 ,10 , ,
            80, 09-03-2026 07:08:09, 44.000              ,N/A                 ,N/A
            80, 09-03-2026 07:08:10, 44.000              ,100.000             ,10.000
            80, 09-03-2026 07:08:11, 44.000              ,50.000              ,20.000
            80, 09-03-2026 07:08:12, 44.000              ,66.700              ,15.000
            """;

    static final String PLAIN = "10.0\n20\n1.5e1\n";

    private Samples() {}

    /// All but JSON.
    static List<String> tables() {
        return List.of(
                PRESENTMON_1,
                PRESENTMON_2_0,
                PRESENTMON_2,
                PRESENTMON_NEW,
                CAPFRAMEX_CSV,
                OCAT,
                FRAMEVIEW,
                MANGOHUD,
                MANGOHUD_VERSIONED,
                MANGOHUD_MICROS,
                FRAPS,
                AFTERBURNER,
                PLAIN);
    }
}
