#!/bin/sh
# Finding: FFmpeg plays a switchboard's raw u-law and A-law files 5.5 times too fast, and its neighbour .sln at the right speed.
#
# Guess of an expert: Asterisk stores prompts and voicemail as .ul (or .ulaw), .al (.alaw) and .sln, all at 8 kHz. What opens
#   .sln at 8 kHz opens .ul so, too, as G.711 has no other rate; the longer endings are aliases.
# Behaviour: .sln has a demuxer of its own with 8 kHz; .ul and .al share the one for raw PCM, whose default is 44.1 kHz, so
#   two seconds become 0.36 s without a warning and every rate, pitch and pause is wrong by 5.5. The endings .ulaw and .alaw
#   are not known at all and are refused. Format and rate have to be given: format="mulaw", options={"sample_rate": "8000"}.
# Seen with: PyAV 18.1.0 (libavformat 62.12.102), numpy 2.3.5.
# Output seen (ending, sample rate, seconds of a 2 s file):
#   .sln 8000 2.0
#   .ul 44100 0.36
#   .al 44100 0.36
#   .ulaw refused
#   .alaw refused
#   .ul, rate given 8000 2.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.3.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from pathlib import Path

import av
import numpy as np

# u-law and A-law of a quiet square wave of 400 Hz: two codes, so no encoder is needed.
high = (np.arange(16000) // 10) % 2 == 0
Path("m.sln").write_bytes(np.where(high, 4000, -4000).astype("<i2").tobytes())
for ending in ("ul", "ulaw"):
    Path(f"m.{ending}").write_bytes(np.where(high, 0xAF, 0x2F).astype("u1").tobytes())
for ending in ("al", "alaw"):
    Path(f"m.{ending}").write_bytes(np.where(high, 0x85, 0x05).astype("u1").tobytes())


def opened(name, **given):
    try:
        with av.open(name, **given) as container:
            stream = container.streams.audio[0]
            samples = sum(frame.samples for frame in container.decode(stream))
            return stream.rate, round(samples / stream.rate, 2)
    except av.FFmpegError:
        return ("refused",)


seen = {ending: opened(f"m{ending}") for ending in (".sln", ".ul", ".al", ".ulaw", ".alaw")}
seen[".ul, rate given"] = opened("m.ul", format="mulaw", options={"sample_rate": "8000"})
for ending, values in seen.items():
    print(ending, *values)
if seen != {
    ".sln": (8000, 2.0), ".ul": (44100, 0.36), ".al": (44100, 0.36), ".ulaw": ("refused",), ".alaw": ("refused",),
    ".ul, rate given": (8000, 2.0),
}:
    sys.exit("the finding has changed")
PYTHON
