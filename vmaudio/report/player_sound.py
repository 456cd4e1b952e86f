"""Where a page's player gets its sound from: inside the page, beside it, or nowhere."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from vmaudio.records import Analysis, Recording
    from vmaudio.report.team import Sounds

BITS_PER_S = 32_000
"""Of an embedded recording: speech at 16 kHz stays clear, and half a minute takes 120 kB."""


def sounds(mode: str, folder: Path) -> Sounds:
    """Where the players of a page get their sound from. A recording that was moved or cannot be read any more has no player;
    nothing is fetched from elsewhere.

    Args:
        mode: "embed" (an MP3 inside the page), "link" (the file itself) or "none".
        folder: The folder of the page, to which links are relative.

    Returns:
        A function that gives, for an analysis, what its player plays, or None.
    """
    made: dict[str, str | None] = {}

    def link(analysis: Analysis) -> str | None:
        path = Path(analysis.source)
        if not path.is_file():
            return None
        return quote(Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix())

    def embed(analysis: Analysis) -> str | None:
        from vmaudio.audio import DecodeOptions, decode_audio, read_source, without_spans
        from vmaudio.errors import AudioError
        from vmaudio.records import judged_channel

        key = analysis.recording_id
        if key not in made:
            try:
                raw = str(analysis.provenance.options.get("decode.raw_format", ""))
                recording = decode_audio(
                    read_source(analysis.source), name=analysis.source, options=DecodeOptions(raw_format=raw),
                    channel=judged_channel(analysis.message.audio_channel, analysis.spans),
                )  # fmt: skip
            except AudioError:
                made[key] = None
            else:
                # the file may have been replaced since: then it is another recording
                same = analysis.message.recording_id(recording.sha256) == analysis.recording_id
                keep = bool(analysis.provenance.options.get("spans.keep_greeting", False))
                heard = recording if keep else without_spans(recording, analysis.spans)
                made[key] = to_mp3(heard) if same else None
        return made[key]

    return {"embed": embed, "link": link}.get(mode, lambda analysis: None)


def to_mp3(recording: Recording) -> str:
    """The recording as a data: URI of an MP3, which every browser plays, whatever the source's codec.

    Args:
        recording: Mono samples at 16 kHz.

    Returns:
        A data: URI with base64.
    """
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=recording.sample_rate_hz, layout="mono")
        stream.bit_rate = BITS_PER_S
        step = recording.sample_rate_hz
        for start in range(0, len(recording.samples), step):
            piece = np.ascontiguousarray(recording.samples[None, start : start + step], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = recording.sample_rate_hz, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return "data:audio/mpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
