#!/bin/sh
# Finding: WebRTC's voice activity detector takes the tones of a telephone line for speech, in its strictest mode too.
#
# Guess of an expert: a detector made for telephony, in mode 3 ("very aggressive"), rejects steady tones: dial tone, ringback,
#   the record beep, keys, hum. So "first frame of speech" in a recorded voicemail is where the caller begins.
# Behaviour: it compares energies in six bands with a model of speech and of noise, and a tone fits neither: nearly every
#   frame of every tone is speech, 60 Hz hum included; only weak noise and silence are not. A message that starts with a
#   beep "starts" at the beep, and a pause filled with a tone is no pause. Tones have to be told apart beforehand.
# Seen with: webrtcvad-wheels 2.0.14.post1, numpy 2.3.5; 8 kHz, frames of 20 ms, two seconds each.
# Output seen (sound, share of frames that are speech in mode 3):
#   dial tone 1.0
#   ringback 0.81
#   record beep 1.0
#   key 5 0.99
#   special information tone 1.0
#   hum of 60 Hz 0.99
#   weak noise 0.04
#   silence 0.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q webrtcvad-wheels==2.0.14.post1 numpy==2.3.5
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import numpy as np
import webrtcvad

rate = 8000
t = np.arange(2 * rate) / rate


def tones(*frequencies, amplitude=0.2):
    return sum(amplitude * np.sin(2 * np.pi * frequency * t) for frequency in frequencies)


def share(sound):
    detector = webrtcvad.Vad(3)
    data = (sound * 32767).astype("<i2").tobytes()
    frames = [detector.is_speech(data[at : at + 320], rate) for at in range(0, len(data), 320)]
    return round(sum(frames) / len(frames), 2)


speech = {
    "dial tone": tones(350, 440),
    "ringback": tones(440, 480),
    "record beep": tones(1000),
    "key 5": tones(770, 1336),
    "special information tone": tones(950),
    "hum of 60 Hz": tones(60, amplitude=0.1),
}
none = {"weak noise": np.random.default_rng(0).normal(0, 0.02, len(t)), "silence": np.zeros(len(t))}
shares = {name: share(sound) for name, sound in (speech | none).items()}
for name, value in shares.items():
    print(name, value)
if min(shares[name] for name in speech) < 0.7 or max(shares[name] for name in none) > 0.1:
    sys.exit("the finding has changed")
PYTHON
