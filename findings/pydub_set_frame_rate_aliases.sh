#!/bin/sh
# Finding: pydub's set_frame_rate has no low-pass filter: what lies above half the new rate comes back at full level.
#
# Guess of an expert: turning a 16 kHz recording into 8 kHz telephone sound with AudioSegment.set_frame_rate(8000) filters
#   first, as every resampler does; at worst the filter is a gentle one.
# Behaviour: it interpolates between neighbouring samples (audioop.ratecv). A tone of 6 kHz becomes a tone of 2 kHz that is as
#   loud as before, in the middle of the band of speech: the hiss of an "s" turns into noise under the voice. On the way up,
#   8 to 16 kHz, the mirror image of a 3 kHz tone stays only 7 dB below it, and the tone itself loses more than 3 dB.
#   So the rate is changed with a real resampler (soxr, scipy.signal.resample_poly), and pydub only cuts and joins.
# Seen with: pydub 0.25.1, numpy 2.3.5.
# Output seen:
#   6000 Hz at -9.0 dBFS, 16 to 8 kHz: 2000 Hz at -9.0 dBFS
#   7000 Hz at -9.0 dBFS, 16 to 8 kHz: 1000 Hz at -9.0 dBFS
#   3000 Hz at -9.0 dBFS, 8 to 16 kHz: 3000 Hz at -12.2 dBFS, 5000 Hz at -19.2 dBFS
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pydub==0.25.1 numpy==2.3.5 'audioop-lts==0.2.2; python_version >= "3.13"'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import numpy as np
from pydub import AudioSegment


def tone(frequency, rate):
    sound = 0.5 * np.sin(2 * np.pi * frequency * np.arange(rate) / rate)
    return AudioSegment((sound * 32767).astype("<i2").tobytes(), frame_rate=rate, sample_width=2, channels=1)


def level(segment, frequency):
    """Level of one second at a whole frequency, dBFS of a sine's RMS."""
    sound = np.array(segment.get_array_of_samples())[: segment.frame_rate] / 32768
    at = np.exp(-2j * np.pi * frequency * np.arange(len(sound)) / segment.frame_rate)
    return round(float(20 * np.log10(abs(sound @ at) * 2 / len(sound) / np.sqrt(2))), 1)


holds = True
for frequency in (6000, 7000):
    before = tone(frequency, 16000)
    after = before.set_frame_rate(8000)
    folded = 8000 - frequency
    print(f"{frequency} Hz at {level(before, frequency)} dBFS, 16 to 8 kHz: {folded} Hz at {level(after, folded)} dBFS")
    holds &= abs(level(after, folded) - level(before, frequency)) < 0.2
before = tone(3000, 8000)
after = before.set_frame_rate(16000)
print(
    f"3000 Hz at {level(before, 3000)} dBFS, 8 to 16 kHz: 3000 Hz at {level(after, 3000)} dBFS, "
    f"5000 Hz at {level(after, 5000)} dBFS"
)
holds &= level(after, 3000) < level(before, 3000) - 3 and level(after, 5000) > level(after, 3000) - 9
if not holds:
    sys.exit("the finding has changed")
PYTHON
