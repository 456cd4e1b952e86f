"""Labels to and from Label Studio's JSON: the audio with a region for each part, and a choice for the approach.

A task carries its words with their times. What comes back is cut anew at the words that lie in each region, so a region whose
ends were moved labels other words, and words in no region stay in the message without a label.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from vmaudio.classify import declared_classes, known_approaches, known_parts
from vmaudio.errors import TableError
from vmaudio.intake import shortened, table_error
from vmaudio.records import TONE_AXES, Analysis
from vmaudio.training.labels import LabelledMessage, Sentence

_SLACK_S = 0.02
"""A word belongs to a region when its middle lies in it, give or take this much: ends are rounded on their way."""


def label_studio_config() -> str:
    """The labelling interface to paste into a Label Studio project (Settings, Labeling Interface).

    Returns:
        XML. A class of a team's own tells its title and meaning to whoever points at it.
    """
    own = declared_classes()
    hints = [
        {one.name: f" hint={quoteattr(f'{one.title}: {one.meaning}')}" for one in kind} for kind in (own.parts, own.approaches)
    ]
    parts = "\n".join(f"    <Label value={quoteattr(name)}{hints[0].get(name, '')}/>" for name in known_parts())
    approaches = "\n".join(f"    <Choice value={quoteattr(name)}{hints[1].get(name, '')}/>" for name in known_approaches())
    return (
        '<View>\n  <Audio name="audio" value="$audio"/>\n'
        f'  <Labels name="part" toName="audio">\n{parts}\n  </Labels>\n'
        f'  <Choices name="approach" toName="audio" choice="single" showInline="true">\n{approaches}\n  </Choices>\n'
        '  <Text name="text" value="$text"/>\n</View>\n'
    )


def label_studio_tasks(
    analyses: Iterable[Analysis], labels: Mapping[str, Sequence[LabelledMessage]] | None = None, *, audio_prefix: str = ""
) -> list[dict[str, Any]]:
    """Tasks for an import into Label Studio: the model's guesses as predictions, labels given already as annotations.

    Args:
        analyses: the messages.
        labels: labels given so far by message id; each person's become an annotation.
        audio_prefix: what stands before a recording's path, such as "/data/local-files/?d=".

    Returns:
        The tasks; times are seconds from the start of the file.
    """
    made = []
    for analysis in analyses:
        message, words = analysis.message, _words(analysis)
        guesses = [(part.start_s, part.end_s, part.label) for part in analysis.structure.parts]
        task: dict[str, Any] = {
            "data": {
                "audio": audio_prefix + analysis.source,
                "message_id": message.message_id,
                "rep": message.rep or "",
                "prospect": message.prospect or "",
                "text": " ".join(text for text, _, _ in words),
                "words": [[text, start, end] for text, start, end in words],
            },
            "predictions": [
                {"model_version": "vmaudio", "result": _result(guesses, analysis.structure.approach, analysis.duration_s)}
            ],
        }
        for given in (labels or {}).get(message.message_id, ()):
            regions = _regions(given, words)
            if regions is None:  # the words are others by now: they have no place in this transcript
                continue
            result = _result(regions, given.approach, analysis.duration_s)
            own = {"result": result, "completed_by": {"email": given.annotator or ""}}
            task.setdefault("annotations", []).append(own)
            if given.tone:
                task["data"][f"tone:{given.annotator or ''}"] = dict(given.tone)
            if given.recognised is not None:
                task["data"]["recognised"] = given.recognised
        made.append(task)
    return made


def _words(analysis: Analysis) -> list[tuple[str, float, float]]:
    """The words of the parts with their times: the transcript's, or, where those are cut otherwise, evenly in each part."""
    heard = [word for segment in analysis.transcript.segments for word in segment.words if word.text.strip()]
    if [word.text.strip() for word in heard] == [text for part in analysis.structure.parts for text in part.text.split()]:
        return [(word.text.strip(), round(word.start_s, 3), round(word.end_s, 3)) for word in heard]
    found: list[tuple[str, float, float]] = []
    for part in analysis.structure.parts:
        texts = part.text.split()
        step = (part.end_s - part.start_s) / max(len(texts), 1)
        found += [
            (text, round(part.start_s + i * step, 3), round(part.start_s + (i + 1) * step, 3)) for i, text in enumerate(texts)
        ]
    return found


def _regions(given: LabelledMessage, words: Sequence[tuple[str, float, float]]) -> list[tuple[float, float, str]] | None:
    """Where the labelled pieces lie; None where the message has other words."""
    texts = [sentence.text.split() for sentence in given.sentences]
    if [word for text in texts for word in text] != [text for text, _, _ in words]:
        return None
    found, at = [], 0
    for text, sentence in zip(texts, given.sentences, strict=True):
        if sentence.part is not None and text:
            found.append((words[at][1], words[at + len(text) - 1][2], sentence.part))
        at += len(text)
    return found


def _result(regions: Iterable[tuple[float, float, str]], approach: str | None, duration_s: float) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {
            "id": f"part{i}", "from_name": "part", "to_name": "audio", "type": "labels", "original_length": duration_s,
            "value": {"start": start, "end": end, "channel": 0, "labels": [label]},
        }
        for i, (start, end, label) in enumerate(regions)
    ]  # fmt: skip
    if approach in known_approaches():
        made.append(
            {"id": "approach", "from_name": "approach", "to_name": "audio", "type": "choices", "value": {"choices": [approach]}}
        )
    return made


def is_label_studio(data: Any) -> bool:
    """Whether a JSON value is an export of Label Studio.

    Args:
        data: what a .json file holds.
    """
    return isinstance(data, list) and bool(data) and all(isinstance(one, dict) and "data" in one for one in data)


def read_label_studio(tasks: Sequence[Any], path: Path) -> list[LabelledMessage]:
    """Read annotated tasks. Predictions are guesses, and cancelled annotations are none: neither is read.

    Args:
        tasks: the tasks of the export.
        path: the file, for errors and as the place of relative recordings.

    Returns:
        A message for each task and annotation, with its annotator.

    Raises:
        TableError: a task has no words, or a label is unknown; each fault with its task.
    """
    found: list[LabelledMessage] = []
    wrong: list[str] = []
    for number, task in enumerate(tasks, start=1):
        data = task.get("data")
        words = _checked_words(data)
        if words is None or not isinstance(data.get("message_id"), str) or not data["message_id"]:
            wrong.append(f"task {number}: has no words or no message_id. Export it with labels export --format label-studio.")
            continue
        for annotation in task.get("annotations") or task.get("completions") or ():
            if not isinstance(annotation, dict) or annotation.get("was_cancelled") or annotation.get("skipped"):
                continue
            regions, approach, faults = _given(annotation.get("result"))
            wrong += [f"task {number}: {fault}" for fault in faults]
            found.append(_message(data, words, regions, approach, _annotator(annotation), path.parent))
    if wrong:
        raise table_error(path, wrong)
    return found


def _checked_words(data: Any) -> list[tuple[str, float, float]] | None:
    if not isinstance(data, dict) or not isinstance(data.get("words"), list) or not data["words"]:
        return None
    try:
        return [(str(text), float(start), float(end)) for text, start, end in data["words"]]
    except (TypeError, ValueError, OverflowError):
        return None


def _annotator(annotation: Mapping[str, Any]) -> str | None:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return str(by) if by not in (None, "") else None


def _given(result: Any) -> tuple[list[tuple[float, float, str]], str | None, list[str]]:
    """Regions, approach and faults of one annotation."""
    regions: list[tuple[float, float, str]] = []
    approach: str | None = None
    faults: list[str] = []
    for one in result if isinstance(result, list) else ():
        value = one.get("value") if isinstance(one, dict) else None
        if not isinstance(value, dict):
            continue
        names = value.get("labels") or value.get("choices") or ()
        if not isinstance(names, list) or not names:
            continue
        name = str(names[0])
        valid = known_parts() if one.get("type") == "labels" else known_approaches()
        if name not in valid:
            faults.append(f"unknown label {shortened(name)}; valid: {', '.join(valid)}")
        elif one.get("type") == "choices":
            approach = name
        else:
            try:
                regions.append((float(value["start"]), float(value["end"]), name))
            except (KeyError, TypeError, ValueError, OverflowError):
                faults.append(f"the region {shortened(name)} has no start and end in seconds")
    return sorted(regions), approach, faults


def _message(
    data: Mapping[str, Any], words: Sequence[tuple[str, float, float]], regions: Sequence[tuple[float, float, str]],
    approach: str | None, annotator: str | None, folder: Path,
) -> LabelledMessage:  # fmt: skip
    pieces: list[tuple[int, str | None, list[str]]] = []
    for text, start, end in words:
        middle = (start + end) / 2
        place = next((i for i, (a, b, _) in enumerate(regions) if a - _SLACK_S <= middle <= b + _SLACK_S), -1)
        if not pieces or pieces[-1][0] != place:
            pieces.append((place, regions[place][2] if place >= 0 else None, []))
        pieces[-1][2].append(text)
    tone = data.get(f"tone:{annotator or ''}")
    audio = str(data.get("audio") or "")
    return LabelledMessage(
        id=data["message_id"],
        rep=str(data.get("rep") or ""),
        prospect=str(data.get("prospect") or ""),
        sentences=tuple(Sentence(" ".join(texts), part) for _, part, texts in pieces),
        approach=approach,
        tone={axis: int(tone[axis]) for axis in TONE_AXES if tone.get(axis) in (0, 1)} if isinstance(tone, dict) else {},
        file=folder / audio if audio and "://" not in audio and "?" not in audio else None,
        recognised=data["recognised"] if isinstance(data.get("recognised"), str) else None,
        annotator=annotator,
    )


def label_studio_text(tasks: Sequence[Mapping[str, Any]]) -> str:
    """Tasks as the JSON text that Label Studio imports.

    Args:
        tasks: of `label_studio_tasks`.

    Returns:
        The text of the file.
    """
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def read_json(path: Path) -> Any:
    """Read a JSON file of somebody else's program.

    Args:
        path: the file.

    Returns:
        Its value; None where it is no JSON, as JSON Lines are not.

    Raises:
        TableError: it cannot be read.
    """
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}). Give a file of labels.") from None
    except (ValueError, RecursionError):
        return None
