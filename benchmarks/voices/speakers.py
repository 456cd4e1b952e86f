"""Synthetic speakers: blends of Kokoro's voices, Piper's, Flite's and variants of eSpeak NG, in three parts that share none.

A blend and its part draw from the same parents; resampling moves pitch and formants together, as another length of the vocal
tract would.
"""

from __future__ import annotations

import random
from typing import Literal

from benchmarks.common import SEED
from samples.voices import Voice

PARTS = ("tune", "choose", "report")
BLENDS = {"tune": 20, "choose": 8, "report": 14}
"""Kokoro voices made for each part."""

_PARENTS = {
    "tune": ("af_bella", "af_nova", "af_sky", "am_adam", "am_eric", "am_puck", "am_santa", "bf_emma", "bm_george", "hf_beta",
             "im_nicola", "em_alex"),
    "choose": ("af_alloy", "af_kore", "am_echo", "am_onyx", "bf_lily", "bm_lewis", "pf_dora"),
    "report": ("af_heart", "af_jessica", "af_river", "af_sarah", "am_fenrir", "am_liam", "am_michael", "bf_alice", "bm_daniel",
               "hm_psi", "ef_dora"),
}  # fmt: skip
_FLITE = {"tune": ("slt", "kal16"), "choose": ("rms",), "report": ("awb",)}
_ESPEAK = {
    "tune": ("en-us", "en-us+f3", "en-gb+m2"),
    "choose": ("en-us+m5", "en-us+f1"),
    "report": ("en-us+f4", "en-us+m7", "en-gb-x-rp+f2"),
}
_SHIFTS = (-1.2, 0.0, 1.3)


def speakers() -> dict[str, list[Voice]]:
    """The voices of each part, the same at every call.

    Returns:
        66 voices: 42 blends by Kokoro, 4 of Piper's one voice (all of one part), 12 by Flite, 8 by eSpeak NG.
    """
    made: dict[str, list[Voice]] = {}
    for part in PARTS:
        rng = random.Random(f"{SEED} {part}")
        voices = [_blend(part, index, rng) for index in range(BLENDS[part])]
        for source in _FLITE[part]:
            voices += [_other("flite", source, shift, rng) for shift in _SHIFTS]
        voices += [_other("espeak", source, 0.0, rng) for source in _ESPEAK[part]]
        if part == "tune":
            voices += [_other("piper", "en_US-joe-medium", shift, rng) for shift in (*_SHIFTS, 2.4)]
        made[part] = voices
    return made


def _blend(part: str, index: int, rng: random.Random) -> Voice:
    parents = _PARENTS[part]
    first = parents[index % len(parents)]
    same = [one for one in parents if one != first and one[1] == first[1]] or [one for one in parents if one != first]
    weight = rng.choice((0.5, 0.6, 0.7, 0.85))
    blend = {first: weight, rng.choice(same): round(1 - weight, 2)}
    sex: Literal["f", "m"] = "f" if first[1] == "f" else "m"
    shift = round(rng.uniform(-1.5, 1.5), 1)
    return Voice(f"{part} blend {index:02d}", "kokoro", blend, sex, "", rng.uniform(0.9, 1.15), shift)


def _other(engine: Literal["piper", "flite", "espeak"], source: str, shift: float, rng: random.Random) -> Voice:
    return Voice(f"{source} {shift:+g}", engine, source, "m", "", rng.uniform(0.9, 1.15), shift)
