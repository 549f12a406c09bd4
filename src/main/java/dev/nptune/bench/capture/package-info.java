/// Captures of frame times as the tools of the field write them, read into one form.
///
/// [CaptureFile] finds out from its content what a file is and reads it; a [Capture] is the frames of one process on
/// one swap chain. What the columns mean is from the tools' own sources: PresentMon (`PresentMon/CsvOutput.cpp`),
/// CapFrameX, OCAT, MangoHud (`src/logging.cpp`).
@NullMarked
package dev.nptune.bench.capture;

import org.jspecify.annotations.NullMarked;
