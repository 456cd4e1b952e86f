"""One message as a picture: level, pitch, pauses, words under their time, parts, the number, and the 9 s and 20 s lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from vmaudio.plots.file_spans import SPAN_NAMES, other_spans
from vmaudio.plots.svg import Scale, Svg, el, group, label, line, path, picture, rect, shorten, width_of
from vmaudio.plots.theme import family
from vmaudio.records import UNSURE_WORD, Analysis, Contour, Part, Span, Word

EARLY_S, DELETED_S = 9.0, 20.0
"""When the reason should have been heard, and when most messages are said to be deleted (playbook P3: a trainer's figures)."""

LEVEL_LOW_DB, LEVEL_HIGH_DB = -55.0, -12.0
"""Range of the level that is drawn, in dBFS: from a quiet line to loud speech."""

PITCH_ST = 9.0
"""Half the height of the pitch row, in semitones around the median; what lies beyond is drawn at the edge."""

PAUSE_S = 0.25
"""Shortest pause that is drawn (evidence 3: pauses are counted from 150 to 300 ms)."""

WIDTH, LEFT, RIGHT = 920.0, 40.0, 8.0
_STRIPE, _LEVEL, _PITCH = 70.0, (82.0, 148.0), (160.0, 232.0)
_AXIS, _LANE, _MOST_LANES, _COLUMN_PX = 249.0, 15.0, 8, 84.0
_NAME_LANES = 4


def message_picture(analysis: Analysis, *, part_names: dict[str, str] | None = None) -> Svg:
    """Draw one message. The root carries ``data-x0`` and ``data-per-s`` (px per second), by which a player moves the cursor
    line.

    Args:
        analysis: One analysed message.
        part_names: Words for part labels; the labels themselves are the default.

    Returns:
        An <svg> element for inside a page.
    """
    names = part_names or {}
    duration_s = max(analysis.duration_s, 0.1)
    time = Scale(0.0, duration_s, LEFT, WIDTH - RIGHT)
    words, lanes = _words(analysis, time)
    height = _AXIS + 16 + _LANE * max(lanes, 1)
    numbers = [span for phone in analysis.entities.phones for span in phone.spans if _timed(span)]
    body = [
        *other_spans(analysis.spans, time, (_STRIPE, _PITCH[1])),
        *_pauses(analysis, time),
        *_numbers(numbers, time),
        *_parts(analysis.structure.parts, names, time),
        *_level(analysis, time),
        *_pitch(analysis, time),
        *_time_axis(duration_s, time),
        *_limits(duration_s, time, analysis.origin_s),
        words,
        line(time(0), _STRIPE - 4, time(0), height, "p-cursor"),
    ]
    return picture(
        WIDTH, height, body, title=in_words(analysis, names), class_="p p-message", data_x0=LEFT,
        data_per_s=f"{(WIDTH - RIGHT - LEFT) / duration_s:.3f}",
    )  # fmt: skip


def in_words(analysis: Analysis, names: dict[str, str] | None = None) -> str:
    """What the picture shows, as sentences.

    Args:
        analysis: One analysed message.
        names: Words for part labels.

    Returns:
        Two or three sentences, for readers who do not see the picture.
    """
    names = names or {}
    parts = ", ".join(f"{_name(part, names)} at {part.start_s:.0f} s" for part in analysis.structure.parts)
    pauses = [pause.duration_s for pause in analysis.prosody.pauses if pause.duration_s >= PAUSE_S]
    longest = f" {len(pauses)} pauses, the longest {max(pauses):.1f} s." if pauses else " No pauses."
    heard = f" Parts: {parts}." if parts else " No parts were recognised."
    rest = ", ".join(f"{SPAN_NAMES[s.kind]} at {s.start_s:.0f} s" for s in analysis.spans if s.kind != "message")
    beside = f" In the file beside it: {rest}." if rest else ""
    length_s = analysis.duration_s - analysis.prosody.before_s - analysis.prosody.after_s if rest else analysis.duration_s
    return f"A message of {length_s:.0f} seconds.{heard}{longest}{beside}"


def _name(part: Part, names: Mapping[str, str]) -> str:
    """What a part is called: its title where it is of a team's own classes."""
    return part.title or names.get(part.label, part.label)


def _timed(span: Span) -> bool:
    return math.isfinite(span.start_s) and math.isfinite(span.end_s)


def _pauses(analysis: Analysis, time: Scale) -> list[Svg]:
    drawn = []
    for pause in analysis.prosody.pauses:
        if pause.duration_s < PAUSE_S:
            continue
        x, width = time.inside(pause.start_s), pause.duration_s * (time(1) - time(0))
        tip = el("title", f"pause of {pause.duration_s:.1f} s at {pause.start_s:.1f} s")
        drawn.append(rect(x, _LEVEL[0], width, _PITCH[1] - _LEVEL[0], "p-pause", tip))
        text = f"{pause.duration_s:.1f} s"
        if pause.duration_s >= 0.5 and width >= width_of(text, 10) - 4:
            drawn.append(label(x + width / 2, _PITCH[0] - 2, text, "p-small", "middle"))
    return drawn


def _numbers(spans: Sequence[Span], time: Scale) -> list[Svg]:
    return [
        rect(
            time.inside(span.start_s), _STRIPE - 3, time.inside(span.end_s) - time.inside(span.start_s),
            _PITCH[1] - _STRIPE + 3, "p-box", el("title", f"the number, {span.start_s:.1f} to {span.end_s:.1f} s"), rx=2,
        )
        for span in spans
    ]  # fmt: skip


def _parts(parts: Sequence[Part], names: dict[str, str], time: Scale) -> list[Svg]:
    """A stripe per part, its name above it in the lowest of four lanes that has room."""
    drawn = []
    timed = [part for part in parts if math.isfinite(part.start_s) and math.isfinite(part.end_s)]
    named: list[tuple[float, int]] = []  # where a name starts, and its lane; from right to left
    for i, part in reversed(list(enumerate(timed))):
        x, end = time.inside(part.start_s), time.inside(part.end_s)
        name = _name(part, names)
        tip = el("title", f"{name}, {part.start_s:.1f} to {part.end_s:.1f} s: {part.text}")
        drawn.append(rect(x, _STRIPE, max(end - x - 1, 1.5), 6, f"f-{family(part.plays)}", tip, rx=1))
        if i and timed[i - 1].label == part.label:
            continue
        # a name hangs on a thread above every later name that it would run into, so no thread crosses a name
        wide = width_of(name)
        lane = 1 + max((taken for start, taken in named if start < x + wide + 6), default=-1)
        if lane < _NAME_LANES:
            named.append((x, lane))
            at, y = min(x, WIDTH - wide), _STRIPE - 5 - 13 * lane
            if lane:
                drawn.append(line(x + 0.5, y + 3, x + 0.5, _STRIPE, "p-thread"))
            drawn.append(label(at, y, name))
    return drawn


def _level(analysis: Analysis, time: Scale) -> list[Svg]:
    """The level, mirrored like a waveform and coloured by part."""
    contour = analysis.prosody.contour
    middle, half = (_LEVEL[0] + _LEVEL[1]) / 2, (_LEVEL[1] - _LEVEL[0]) / 2
    size = Scale(LEVEL_LOW_DB, LEVEL_HIGH_DB, 0.6, half)
    times, levels = _thin(contour)
    drawn: list[Svg] = [label(LEFT - 6, middle + 4, "level", "p-small", "end")]
    parts = [part for part in analysis.structure.parts if math.isfinite(part.start_s) and math.isfinite(part.end_s)]
    strokes: dict[str, list[list[tuple[float, float]]]] = {}
    # one outline per run of frames of the same family; runs share their border frame, so that no gap shows
    runs: list[tuple[str, list[int]]] = []
    at = 0
    for i, t in enumerate(times):
        while at < len(parts) - 1 and t > parts[at].end_s:
            at += 1
        inside = bool(parts) and parts[at].start_s - 0.06 <= t <= parts[at].end_s + 0.06
        kind = family(parts[at].plays) if inside else "rest"
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(i)
        else:
            if runs:
                runs[-1][1].append(i)
            runs.append((kind, [i]))
    for kind, indices in runs:
        sizes = [size.inside(levels[i]) if math.isfinite(levels[i]) else 0.6 for i in indices]
        upper = [(time.inside(times[i]), middle - high) for i, high in zip(indices, sizes, strict=True)]
        lower = [(time.inside(times[i]), middle + high) for i, high in zip(indices, sizes, strict=True)]
        strokes.setdefault(kind, []).append(upper + lower[::-1])
    return drawn + [path(outlines, f"f-{kind}", closed=True) for kind, outlines in strokes.items()]


def _thin(contour: Contour) -> tuple[Sequence[float], Sequence[float]]:
    """At most about 700 frames: the loudest of each few neighbours."""
    n = len(contour.times_s)
    step = max(1, math.ceil(n / 700))
    if step == 1:
        return contour.times_s, contour.level_dbfs
    starts = range(0, n, step)
    return (
        [contour.times_s[min(i + step // 2, n - 1)] for i in starts],
        [max((x for x in contour.level_dbfs[i : i + step] if math.isfinite(x)), default=math.nan) for i in starts],
    )


def _pitch(analysis: Analysis, time: Scale) -> list[Svg]:
    """Semitones around the speaker's median in this message; unvoiced frames leave gaps."""
    top, bottom = _PITCH
    height = Scale(-PITCH_ST, PITCH_ST, bottom, top)
    median, contour = analysis.prosody.f0_median_hz, analysis.prosody.contour
    drawn = [line(LEFT, height(st), WIDTH - RIGHT, height(st), "p-grid") for st in (-6, 0, 6)]
    drawn += [label(LEFT - 6, height(st) + 3.5, f"{st:+d}" if st else "0 st", "p-small", "end") for st in (-6, 0, 6)]
    strokes: list[list[tuple[float, float]]] = []
    if math.isfinite(median) and median > 0:
        last = math.nan
        for t, f0 in zip(contour.times_s, contour.f0_hz, strict=True):
            if not (math.isfinite(f0) and f0 > 0):
                continue
            point = (time.inside(t), height.inside(12 * math.log2(f0 / median)))
            if strokes and t - last < 0.09:
                strokes[-1].append(point)
            else:
                strokes.append([point, (point[0] + 0.1, point[1])])
            last = t
    if not strokes:
        drawn.append(label(LEFT + 8, (top + bottom) / 2 + 4, "no pitch could be measured", "p-soft"))
    drawn.append(path(strokes, "p-pitch"))
    return drawn


def _time_axis(duration_s: float, time: Scale) -> list[Svg]:
    drawn = [line(LEFT, _AXIS - 10, WIDTH - RIGHT, _AXIS - 10, "p-axis")]
    step = next(step for step in (1, 2, 5, 10, 30, 60, 120, 300, 3600) if duration_s / step <= 16 or step == 3600)
    for i in range(int(duration_s // step) + 1):
        x = time(i * step)
        drawn += [line(x, _AXIS - 10, x, _AXIS - 7, "p-axis")]
        drawn += [label(x, _AXIS + 3, f"{i * step} s" if i == 0 else str(i * step), "p-small", "middle")]
    return drawn


def _limits(duration_s: float, time: Scale, origin_s: float) -> list[Svg]:
    """The 9 s and 20 s lines, counted from the message's beginning."""
    drawn = []
    for second, why in (
        (EARLY_S, "the reason should come before this"),
        (DELETED_S, "a trainer says that most messages are deleted by now"),
    ):
        if origin_s + second < duration_s:
            x = time(origin_s + second)
            drawn.append(group([el("title", f"{second:g} s: {why}"), line(x, 12, x, _AXIS - 10, "p-limit"),
                                label(x, 9, f"{second:g} s", "p-small p-strong", "middle")]))  # fmt: skip
    return drawn


def _words(analysis: Analysis, time: Scale) -> tuple[Svg, int]:
    """Words under their time, as narrow columns that read like a newspaper: each starts under its first word's second."""
    said = [word for word in analysis.transcript.words if math.isfinite(word.start_s) and math.isfinite(word.end_s)]
    spans = [span for phone in analysis.entities.phones for span in phone.spans if _timed(span)]
    columns = _columns(said, analysis.structure.parts, time)
    starts = [time.inside(column[0].start_s) for column in columns]
    drawn: list[Svg] = []
    used = left_out = 0
    for x, after, column in zip(starts, [*starts[1:], WIDTH + 4], columns, strict=False):
        drawn.append(line(x - 3.5, _AXIS + 9, x - 3.5, _AXIS + 20, "p-thread"))
        lanes: list[list[Svg]] = [[]]
        at = 0.0
        for word in column:
            text = shorten(word.text.strip(), 150)
            wide = width_of(text) * (1.16 if (kind := _word_class(word, spans)) == "p-said" else 1.0)
            if at and at + wide > after - x - 6:
                lanes.append([])
                at = 0.0
            lanes[-1].append(el("tspan", text + " ", class_=kind))
            at += wide + 3
        left_out += sum(map(len, lanes[_MOST_LANES:]))
        for lane, spoken in enumerate(lanes[:_MOST_LANES]):
            drawn.append(el("text", *spoken, x=x, y=_AXIS + 18 + _LANE * lane))
        used = max(used, min(len(lanes), _MOST_LANES))
    if left_out:
        note = f"{left_out} words do not fit here; the transcript has them all"
        drawn.append(label(WIDTH - RIGHT, _AXIS + 18 + _LANE * used, note, "p-small", "end"))
        used += 1
    return group(drawn), used


def _columns(words: Sequence[Word], parts: Sequence[Part], time: Scale) -> list[list[Word]]:
    """Cut the words where a part or a breath starts, or a column gets wide; never under `_COLUMN_PX` but at the end."""
    borders = sorted(part.start_s for part in parts if math.isfinite(part.start_s))
    columns: list[list[Word]] = []
    for word in words:
        if columns:
            column = columns[-1]
            wide = time(word.start_s) - time(column[0].start_s)
            breath = word.start_s - column[-1].end_s >= PAUSE_S
            new_part = any(column[-1].start_s + 0.01 < border <= word.start_s + 0.01 for border in borders)
            if wide < _COLUMN_PX or not (breath or new_part or wide >= 2 * _COLUMN_PX):
                column.append(word)
                continue
        columns.append([word])
    return columns


def _word_class(word: Word, spans: Sequence[Span]) -> str:
    middle = (word.start_s + word.end_s) / 2
    if any(span.start_s - 0.05 <= middle <= span.end_s + 0.05 for span in spans):
        return "p-said"
    return "p-unsure" if word.probability < UNSURE_WORD else "p-word"
