"""Sound without a header, as switchboards keep it: known by the ending of the file's name, or by what the user says.

The bytes themselves cannot tell u-law from noise, so an ending is believed only where they begin like no file with a header.
The endings are those of Asterisk's format modules, and Dialogic's .vox. Asterisk calls u-law .pcm and 16-bit sound .raw,
other programs the other way round: these two are read only when ``raw_format`` says how.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from vmaudio.audio.mp3 import is_mp3
from vmaudio.errors import SettingError

CODINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ulaw": ("mulaw", {}),
    "alaw": ("alaw", {}),
    "s16le": ("s16le", {}),
    "s16be": ("s16be", {}),
    "s8": ("s8", {}),
    "u8": ("u8", {}),
    "gsm": ("gsm", {}),
    "g722": ("g722", {}),
    "g726-16": ("g726le", {"code_size": "2"}),
    "g726-24": ("g726le", {"code_size": "3"}),
    "g726-32": ("g726le", {"code_size": "4"}),
    "g726-40": ("g726le", {"code_size": "5"}),
    "g729": ("g729", {}),
    "oki": ("", {}),
}
"""What ``raw_format`` may name: FFmpeg's demuxer and its options; OKI ADPCM (.vox) is libsndfile's. G.726 is packed as in
RFC 3551, low bits first, as Asterisk writes it."""

_WITHOUT_RATE = frozenset({"gsm", "g722", "g729"})  # these are what they are: 8000, 16000 and 8000 Hz

ENDINGS: Mapping[str, str] = {
    **dict.fromkeys((".ul", ".ulw", ".ulaw", ".mu", ".mulaw"), "ulaw:8000"),
    **dict.fromkeys((".al", ".alw", ".alaw"), "alaw:8000"),
    ".sln": "s16le:8000",
    **{f".sln{khz}": f"s16le:{khz}000" for khz in (8, 12, 16, 24, 32, 48, 96, 192)},
    ".sln44": "s16le:44100",
    ".gsm": "gsm:8000",
    ".g722": "g722:16000",
    ".g726": "g726-32:8000",
    **{f".g726-{kbps}": f"g726-{kbps}:8000" for kbps in (16, 24, 32, 40)},
    ".g729": "g729:8000",
    ".vox": "oki:8000",
}
"""Endings that tell how sound is coded, and the rate that goes with them."""

AMBIGUOUS = (".raw", ".pcm")
"""Endings that do not tell."""

RATES_HZ = (1000, 384_000)
"""Sample rates that ``raw_format`` may name."""

_MAGIC = (
    b"RIFF", b"RIFX", b"RF64", b"riff\x2e\x91", b"OggS", b"fLaC", b".snd", b"FORM", b"caff", b"#!AMR", b"#!SILK", b"NIST_1A",
    b"\x1aE\xdf\xa3", b"Creative Voice File", b"wvpk", b"TTA1", b"MAC ", b"0&\xb2u\x8ef\xcf\x11", b"ajkg", b".RMF", b"FLV\x01",
    b".SoX", b"XoS.", b"MPCK", b"MP+", b"\x02dss", b"\x03dss",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawFormat:
    """How sound without a header is coded.

    Attributes:
        coding: one of `CODINGS`.
        rate_hz: samples per second.
    """

    coding: str
    rate_hz: int

    @property
    def ffmpeg(self) -> tuple[str, dict[str, str]]:
        """FFmpeg's demuxer and its options; the demuxer is "" for what FFmpeg has none for."""
        demuxer, options = CODINGS[self.coding]
        rate = {} if self.coding in _WITHOUT_RATE - {"gsm"} else {"sample_rate": str(self.rate_hz)}
        return demuxer, {**options, **rate}


def parse_raw_format(text: str) -> RawFormat:
    """Read a coding and a rate, such as ``ulaw:8000``.

    Args:
        text: a name of `CODINGS`; behind a colon the rate in Hz, 8000 where it is left out (16000 for g722).

    Raises:
        SettingError: it is none of these.
    """
    name, colon, rate = text.strip().lower().partition(":")
    usual = "16000" if name == "g722" else "8000"
    rate = rate if colon else usual
    fits = name in CODINGS and rate.isascii() and rate.isdigit() and len(rate) < 7
    if not fits or not RATES_HZ[0] <= int(rate) <= RATES_HZ[1] or (name in _WITHOUT_RATE and rate != usual):
        raise SettingError(
            f"The raw format {text!r} is not a coding and a sample rate, such as ulaw:8000 or s16le:16000."
            f" The codings are {', '.join(CODINGS)}; gsm and g729 have 8000 Hz, g722 has 16000."
        )
    return RawFormat(name, int(rate))


def has_magic(data: bytes) -> bool:
    """Whether bytes begin like a file with a header, or like a stream that FFmpeg knows for certain: MP3, MP4."""
    return data.startswith(_MAGIC) or data[4:8] == b"ftyp" or is_mp3(data)


def raw_format(data: bytes, name: str, said: str = "") -> RawFormat | None:
    """How the sound of a file without a header is coded.

    Args:
        data: the bytes of the file.
        name: its name.
        said: the user's ``raw_format``: wins over an ending without a header, but not over bytes that have one.

    Returns:
        The coding and rate; None where the bytes have a header, or neither the ending nor the user tells.

    Raises:
        SettingError: ``said`` cannot be read.
    """
    ending = os.path.splitext(name)[1].lower()
    if ending not in ENDINGS and ending not in AMBIGUOUS:
        return None
    known = said or ENDINGS.get(ending, "")
    return parse_raw_format(known) if known and not has_magic(data) else None


def cure(name: str) -> str:
    """What to do about a file that nothing recognises: the sentence about ``--raw-format`` where its ending is ambiguous.

    Args:
        name: the name of the file.

    Returns:
        The sentence, or "" for other endings.
    """
    if os.path.splitext(name)[1].lower() not in AMBIGUOUS:
        return ""
    return (
        f"{name} has no header, and its ending does not tell how its sound is coded."
        " Say it with --raw-format or VMAUDIO_RAW_FORMAT: ulaw:8000 and s16le:8000 are the usual ones."
    )
