"""Which real recordings tune the activity gate and which report on it: split by speaker, evaluation-only sets report alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from benchmarks.common import manifest

TUNE_STYLES = {
    "mfa_whisper.flac", "mfa_creaky.flac", "mfa_breathy.flac", "mfa_um.flac", "mfa_er.flac", "english_t.wav",
    "mfa_falsetto.flac", "mfa_long.flac",
}  # fmt: skip
SETS = {
    "AN4": ("digits/an4_phone_and_dates", "digits/an4_zip", "transcribed/an4_test"),
    "single digits, 8 kHz": ("digits/fsdd_test",),
    "Harvard sentences, 8 kHz": ("transcribed/osr_harvard_8k",),
    "accented": ("transcribed/speechocean762_adults",),
    "styles": ("style/mfa_fillers_and_styles",),
    "various": ("transcribed/small_samples",),
    "voicemails": ("voicemails",),
    "voicemails, 8 codecs": ("voicemail/azure_v2t_codecs",),
    "acted emotions": ("emotion/ravdess",),
}
NOT_SPEECH = {"vm_0201.wav", "vm_0202.wav", "vm_0203.wav", "vm_0204.wav"}  # silence, tone, empty, text


def recordings(data: Path) -> list[tuple[str, str, Path]]:
    """(set, "tune" or "report", path) of every recording; a speaker is in one part only."""
    found = []
    for name, folders in SETS.items():
        for folder in folders:
            for row in manifest(data / folder):
                path = data / folder / row["file"]
                if path.name in NOT_SPEECH:
                    continue
                who = row.get("speaker") or row.get("rep") or ""
                if name == "styles":
                    tune = path.name in TUNE_STYLES
                elif name == "single digits, 8 kHz":
                    tune = who != "george"
                else:
                    tune = hashlib.sha256(who.encode()).digest()[0] % 2 == 1
                if name in ("acted emotions", "voicemails, 8 codecs"):
                    tune = False
                found.append((name, "tune" if tune else "report", path))
    return found
