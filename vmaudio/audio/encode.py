"""A copy of a recording that every browser can play and seek in: 16 kHz mono WAV. The original's bytes are never served.

Decoding a stranger's file belongs in a process that can be killed: the worker makes the copy of an upload, and
``python -m vmaudio.audio.encode`` makes that of a stored recording.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from vmaudio.audio.options import DECODE_OPTIONS, DecodeOptions
from vmaudio.audio.source import read_source
from vmaudio.errors import VmaudioError
from vmaudio.records import FileSpan, Message, judged_channel
from vmaudio.settings import get

PATIENCE_S = 60
"""Longest time that making a copy may take, in seconds."""

MOST_COPIES = 200
"""Copies that are kept on disk unless the caller says otherwise; 30 s of sound are 1 MB."""


def write_copy(
    source: str | Path,
    target: Path,
    *,
    max_seconds: float,
    recording_id: str = "",
    options: DecodeOptions = DECODE_OPTIONS,
    message: Message | None = None,
    spans: Sequence[FileSpan] = (),
) -> None:
    """Decode a file and write it as 16 kHz mono WAV, 16 bits, readable by the owner alone.

    Args:
        source: path of the recording.
        target: path of the copy; it appears only when it is complete.
        max_seconds: sound beyond this is left out.
        recording_id: SHA-256 that the bytes must have, as hexadecimal digits; empty for any bytes.
        options: thresholds of decoding, and how a file without a header is coded.
        message: whose recording it is: it may name a channel, or one of several messages.
        spans: what lies where in the file: what others say becomes silence.

    Raises:
        AudioError: the file cannot be read or decoded.
        VmaudioError: its bytes are not those of ``recording_id``.
    """
    import numpy as np

    from vmaudio.audio import decode
    from vmaudio.audio.spans import without_spans

    asked = message or Message(str(source))
    data = read_source(source)
    name = os.fspath(source)
    channel = judged_channel(asked.audio_channel, spans)
    recording = decode.decode_audio(data, name=name, max_seconds=max_seconds, options=options, channel=channel)
    recording = without_spans(recording, spans)
    if recording_id and asked.recording_id(recording.sha256) != recording_id:
        raise VmaudioError(f"{source} was replaced since it was analysed. Analyse it again with `vmaudio batch`.")
    part = target.with_suffix(".part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream, wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(recording.sample_rate_hz)
        file.writeframes((np.clip(recording.samples, -1, 1) * 32767).astype("<i2").tobytes())
    part.replace(target)


class PlayerCopies:
    """A cache on disk of the copies that the web app's player plays.

    A copy is made when somebody first listens to a recording, in a process of its own; when there are many, the oldest go.
    """

    def __init__(self, folder: Path, max_seconds: float, most: int = MOST_COPIES) -> None:
        """Open the cache; the folder is made with the first copy.

        Args:
            folder: where the copies lie.
            max_seconds: sound beyond this is left out of a copy.
            most: most copies that are kept.
        """
        self.folder, self.max_seconds, self.most = folder, max_seconds, most
        self._lock = Lock()

    def may_play(self, source: str) -> bool:
        """Whether there is a local file, as far as one can see without reading it.

        Args:
            source: path or address of the recording; addresses are not played.
        """
        return bool(source) and "://" not in source and os.path.isfile(source)

    def get(
        self, source: str, recording_id: str, message: Message | None = None, spans: Sequence[FileSpan] = ()
    ) -> Path | None:
        """The copy of a local recording, made now if it is not there yet.

        Args:
            source: path of the recording.
            recording_id: SHA-256 of its bytes, as hexadecimal digits.
            message: whose recording it is, see `write_copy`.
            spans: what lies where in the file, see `write_copy`.

        Returns:
            Path of the copy; None where the file is gone, was replaced, cannot be decoded or takes too long.
        """
        if not self.may_play(source) or not recording_id.isalnum():
            return None
        target = self.folder / f"{recording_id}.wav"
        with self._lock:
            if not target.exists():
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._make_room()
                if not self._make(source, target, recording_id, message, spans):
                    return None
        return target

    def cut(
        self,
        source: str,
        recording_id: str,
        start_s: float,
        end_s: float,
        message: Message | None = None,
        spans: Sequence[FileSpan] = (),
    ) -> Path | None:
        """A piece of a recording's copy as a file of its own, cut now if it is not there yet.

        Args:
            source: path of the recording.
            recording_id: SHA-256 of its bytes, as hexadecimal digits.
            start_s: where the piece starts, in seconds.
            end_s: where it ends; later than the copy's end is its end.
            message: whose recording it is, see `write_copy`.
            spans: what lies where in the file, see `write_copy`.

        Returns:
            Path of the piece; None where there is no copy, see `get`.
        """
        copy = self.get(source, recording_id, message, spans)
        if copy is None:
            return None
        target = copy.with_name(f"{recording_id}.{round(1000 * start_s)}-{round(1000 * end_s)}.wav")
        with self._lock:
            if not target.exists():
                try:
                    _cut(copy, target, start_s, end_s)
                except (OSError, wave.Error):  # the copy was just deleted
                    return None
        return target

    def forget(self, recording_id: str) -> None:
        """Delete the copy of a recording and the pieces that were cut of it, if there are any.

        Args:
            recording_id: SHA-256 of the recording's bytes, as hexadecimal digits.
        """
        if recording_id.isalnum():
            for path in self.folder.glob(f"{recording_id}.*"):
                path.unlink(missing_ok=True)

    def _make(self, source: str, target: Path, recording_id: str, message: Message | None, spans: Sequence[FileSpan]) -> bool:
        """Make one copy in a process that is ended when it takes too long; whether there is one now."""
        asked = [] if message is None else [message.audio_channel, message.audio_message]
        more = json.dumps({"asked": asked, "spans": [span.to_dict() for span in spans]})
        command = [sys.executable, "-m", "vmaudio.audio.encode", source, str(target), recording_id, str(self.max_seconds), more]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL)  # noqa: S603
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0 and target.exists()

    def _make_room(self) -> None:
        """Delete the oldest copies until there is room for one more."""
        copies = sorted(self.folder.glob("*.wav"), key=lambda path: path.stat().st_mtime)
        for path in copies[: max(0, len(copies) - self.most + 1)]:
            path.unlink(missing_ok=True)


def _cut(copy: Path, target: Path, start_s: float, end_s: float) -> None:
    """Write the frames between two seconds of a copy as a file, readable by the owner alone."""
    with wave.open(str(copy), "rb") as file:
        rate = file.getframerate()
        first = min(file.getnframes(), max(0, round(start_s * rate)))
        file.setpos(first)
        frames = file.readframes(max(0, round(end_s * rate) - first))
    part = target.with_suffix(".part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream, wave.open(stream, "wb") as piece:
        piece.setnchannels(1)
        piece.setsampwidth(2)
        piece.setframerate(rate)
        piece.writeframes(frames)
    part.replace(target)


def main(source: str, target: str, recording_id: str, max_seconds: str, more: str = "{}") -> int:
    """Make one copy: what ``python -m vmaudio.audio.encode`` runs.

    Args:
        source: path of the recording.
        target: path of the copy.
        recording_id: SHA-256 that the bytes must have, or nothing.
        max_seconds: sound beyond this is left out.
        more: JSON: which channel and message are asked for, and what lies where in the file.

    Returns:
        The exit status: 1 when the copy cannot be made.
    """
    try:
        options = DecodeOptions(raw_format=str(get("raw_format")))
        given = json.loads(more)
        channel, place = given.get("asked") or (None, None)
        write_copy(
            source, Path(target), max_seconds=float(max_seconds), recording_id=recording_id, options=options,
            message=Message(source, audio_channel=channel, audio_message=place),
            spans=[FileSpan.from_dict(span) for span in given.get("spans", [])],
        )  # fmt: skip
    except VmaudioError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:6]))
