"""MP3 frames: whether bytes are an MP3 stream, and whether the length in its Xing header can be believed.

The Xing header holds a count of frames and one of bytes, and writers that stream leave them wrong. The frames themselves tell
whether the file is whole: a stream that breaks off nearly always ends inside a frame.
"""

from __future__ import annotations

_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = (44100, 48000, 32000)
_TAGS_BEHIND = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"\0\0\0")
MAX_FRAMES = 500_000
"""Frames that are walked at most: hours of sound."""


def frame_bytes(data: bytes, at: int) -> int:
    """Length of the layer III frame at a place.

    Args:
        data: the bytes of the file.
        at: where the frame begins.

    Returns:
        Bytes, header included; 0 where there is no frame.
    """
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version = head[1] >> 3 & 3  # 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5
    rate, kbps = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate == 3 or kbps in (0, 15):
        return 0
    hz = _RATES_HZ[rate] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if version == 3 else 72) * (_KBPS_1 if version == 3 else _KBPS_2)[kbps] * 1000 // hz + (head[2] >> 1 & 1)


def start_of_frames(data: bytes) -> int:
    """Where an ID3v2 tag at the beginning ends; 0 without one."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if data[5] & 0x10 else 0)


def is_mp3(data: bytes) -> bool:
    """Whether the bytes begin with three layer III frames in a row, or fewer that fill them."""
    at = start_of_frames(data)
    for _ in range(3):
        size = frame_bytes(data, at)
        if not size:
            return False
        at += size
        if at == len(data):
            return True
    return True


def length_is_wrong(data: bytes) -> bool:
    """Whether the Xing header announces a length that the file need not have, because nothing is missing from it.

    Args:
        data: the bytes of an MP3 file.

    Returns:
        True when its bytes are all there by the Xing header's own count of them, or, without that count, when the last frame
        is whole. False where the file breaks off, and where that cannot be told.
    """
    at = start_of_frames(data)
    first = frame_bytes(data, at)
    places = [data.find(tag, at, at + first) for tag in (b"Xing", b"Info")] if first else []
    place = max(places, default=-1)
    if place < 0:
        return False
    flags = int.from_bytes(data[place + 4 : place + 8], "big")
    after_frames = place + 8 + (4 if flags & 1 else 0)
    if flags & 2 and (announced := int.from_bytes(data[after_frames : after_frames + 4], "big")):
        return announced <= len(data) - at + first
    for _ in range(MAX_FRAMES):
        if at >= len(data):
            return at == len(data)
        size = frame_bytes(data, at)
        if not size:
            return data.startswith(_TAGS_BEHIND, at)
        at += size
    return False
