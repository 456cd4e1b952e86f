#!/bin/sh
# Finding: FFmpeg's own AMR-WB decoder leaves out the silence descriptions (SID) of a recording with silence suppression.
#
# Guess of an expert: PyAV opens an .amr file of AMR-WB with the decoder "amrwb", and one frame is 20 ms: the length and all
#   times are right. Frames that hold no sound give silence or comfort noise.
# Behaviour: "no data" frames (type 15) do give 20 ms each, but a SID frame (type 9) raises PatchWelcomeError and gives no
#   sample. A caller that goes on, as every robust one does, gets a shorter recording: every SID, one in eight frames of
#   a pause, makes all later words 20 ms early (seen in a real file: 12.00 s became 10.68 s). The decoder libopencore_amrwb in the
#   same wheel gives 20 ms for every frame; FFmpeg never chooses it by itself.
# Seen with: PyAV 18.1.0 (libavcodec 62.28.102).
# Output seen:
#   amrwb: 80 frames (1.60 s) -> 1.40 s, 10 errors PatchWelcomeError
#   libopencore_amrwb: 80 frames (1.60 s) -> 1.60 s, 0 errors
# The file is valid (3GPP TS 26.201, RFC 4867 section 5): a SID frame, then seven "no data" frames, ten times.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import av

data = b"#!AMR-WB\n" + (b"\x4c" + bytes(5) + b"\x7c" * 7) * 10


def decode(name):
    frames, seconds, errors = 0, 0.0, []
    with av.open(io.BytesIO(data)) as container:
        decoder = av.CodecContext.create(name, "r")
        decoder.sample_rate, decoder.layout = 16000, "mono"
        for packet in container.demux(audio=0):
            if packet.size:
                frames += 1
                try:
                    seconds += sum(frame.samples for frame in decoder.decode(packet)) / 16000
                except av.FFmpegError as error:
                    errors.append(type(error).__name__)
        default = container.streams.audio[0].codec_context.name
    print(f"{name}: {frames} frames ({frames * 0.02:.2f} s) -> {seconds:.2f} s, {len(errors)} errors", *sorted(set(errors)))
    return default, round(seconds, 2), len(errors)


own, other = decode("amrwb"), decode("libopencore_amrwb")
if own != ("amrwb", 1.4, 10) or other != ("amrwb", 1.6, 0):
    sys.exit("the finding has changed")
PYTHON
