"""Where decoded frames lie in time: silence where a container's time stamps leave a gap.

A recorder that sends nothing while nobody speaks, a call that stalled, or an edit list leave time between two frames. Put one
behind the other, everything after the gap would come early.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.audio.options import DecodeOptions

STAMPED = frozenset({"matroska", "webm", "mov", "mp4", "ogg", "asf", "flv"})
"""FFmpeg's names of containers whose time stamps are those of the sound."""

LATE_S = {"asf": 0.15}
"""By container: a first stamp up to so late is that of its decoders, which give a frame when the next ones are read (85 and
93 ms in real WMA files), and no silence."""


@dataclass(slots=True)
class Timeline:
    """How much silence comes before each frame of one decoding run.

    Small steps are rounding of the container, and stay. A stamp that goes back starts the count anew: a chained file, or a
    damaged stamp. So does a jump longer than a recording has: nothing is filled in for it, and ``jumped_s`` remembers it.

    Attributes:
        options: from when on a step is a gap, and up to when it is filled.
        jumped_s: seconds that stamps leap over and that were not filled.
        start_s: stamp of what became second 0.
        late_s: a first stamp up to this is second 0.
    """

    options: DecodeOptions
    late_s: float = 0.0
    jumped_s: float = 0.0
    start_s: float = 0.0
    _base_s: float | None = None
    _end_s: float = 0.0

    def gap_s(self, stamp_s: float | None, length_s: float, held_s: float) -> float:
        """Silence that belongs before a frame.

        Args:
            stamp_s: when the frame begins by its time stamp, in seconds; None where it has none.
            length_s: how long it lasts.
            held_s: seconds of sound and silence so far.

        Returns:
            Seconds, 0 for none.
        """
        if stamp_s is None:
            self._end_s += length_s
            return 0.0
        if self._base_s is None:
            late = self.late_s < stamp_s <= self.options.longest_lead_s or stamp_s == 0.0
            self._base_s = self.start_s = 0.0 if late else stamp_s
            self._end_s = self._base_s
        gap_s, step_s = stamp_s - self._base_s - held_s, stamp_s - self._end_s
        self._end_s = stamp_s + length_s
        if gap_s < -self.options.gap_s:
            self._base_s = stamp_s - held_s
            return 0.0
        # a lost packet leaves a step of its own length; a clock that runs slow leaves small ones, and is not cut up
        if gap_s < self.options.gap_s or step_s < min(self.options.gap_s, length_s / 2):
            return 0.0
        if gap_s > self.options.longest_gap_s:
            self.jumped_s += gap_s
            self._base_s = stamp_s - held_s
            return 0.0
        return gap_s

    def take_back(self, held_s: float) -> None:
        """A gap was not filled, because the next stamp goes back: the frame follows on what is held.

        Args:
            held_s: seconds of sound and silence, that frame included.
        """
        self._end_s = (self._base_s or 0.0) + held_s
