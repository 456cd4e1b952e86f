#!/bin/sh
# Finding: FFmpeg opens WAV files of G.721 (tag 0x40) and of NMS ADPCM (tag 0x38) without a word, and gives other sound.
#
# Guess of an expert: both are old telephone codecs of 32 kbit/s. G.721 is G.726 at that rate, which FFmpeg decodes; NMS ADPCM,
#   a variation of it, is either decoded or refused.
# Behaviour: tag 0x40 is decoded as G.726 with the first code of a byte in its high half; libsndfile writes and reads it in
#   the low half, so the sound comes out distorted (swap the halves of each byte and it is right). Tag 0x38 is taken for
#   AMR-NB: a second becomes several seconds of noise, without an error that the container would tell.
# Seen with: PyAV 18.1.0 (libavformat 62.12.102), soundfile 0.14.0 (libsndfile 1.2.2), numpy 2.3.5.
# Output seen (decoder, seconds, correlation with the true sound of 1.0 s):
#   G.721 by FFmpeg g726 1.0 0.5
#   G.721 by FFmpeg, halves swapped g726 1.0 0.99
#   NMS ADPCM by FFmpeg amrnb 4.2 0.01
#   G.721 by libsndfile 1.0
#   NMS ADPCM by libsndfile 1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 soundfile==0.14.0 numpy==2.3.5
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import av
import numpy as np
import soundfile

t = np.arange(8000) / 8000
true = 0.3 * np.sin(2 * np.pi * (300 + 700 * t) * t) * (1 + np.sin(2 * np.pi * 3 * t)) / 2


def wav(subtype):
    buffer = io.BytesIO()
    soundfile.write(buffer, true, 8000, format="WAV", subtype=subtype)
    return buffer.getvalue()


def by_ffmpeg(data):
    parts = []
    with av.open(io.BytesIO(data)) as container:
        name = container.streams.audio[0].codec_context.name
        for packet in container.demux(audio=0):
            try:
                parts += [frame.to_ndarray().reshape(-1) for frame in packet.decode()]
            except av.FFmpegError:
                pass
    sound = np.concatenate(parts).astype(float)
    return name, sound


def swapped(data):
    at = data.find(b"data") + 8
    return data[:at] + bytes(byte >> 4 | (byte & 15) << 4 for byte in data[at:])


def likeness(sound):
    return round(float(np.corrcoef(sound[:8000], true)[0, 1]), 2)


found = {}
g721, nms = wav("G721_32"), wav("NMS_ADPCM_32")
for label, (name, sound) in {
    "G.721 by FFmpeg": by_ffmpeg(g721),
    "G.721 by FFmpeg, halves swapped": by_ffmpeg(swapped(g721)),
    "NMS ADPCM by FFmpeg": by_ffmpeg(nms),
}.items():
    found[label] = (name, round(len(sound) / 8000, 1), likeness(sound))
    print(label, *found[label])
for label, data in {"G.721 by libsndfile": g721, "NMS ADPCM by libsndfile": nms}.items():
    found[label] = likeness(soundfile.read(io.BytesIO(data))[0])
    print(label, found[label])
wrong, right, noise = list(found.values())[:3]
holds = (
    wrong[0] == right[0] == "g726" and wrong[2] < 0.9 < 0.98 < right[2]
    and noise[0] == "amrnb" and noise[1] > 2 and abs(noise[2]) < 0.3
    and min(found["G.721 by libsndfile"], found["NMS ADPCM by libsndfile"]) > 0.98
)
if not holds:
    sys.exit("the finding has changed")
PYTHON
