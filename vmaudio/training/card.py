"""card.md: what a model is, on what it was trained, how good it is on other reps, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_WHAT = {
    "part": "Labels each clause of a sales voicemail with the part that it plays (greeting, reason, ask, number, ...).",
    "approach": "Labels a sales voicemail with its approach: what the listener is offered as the reason to call back. "
    "It reads the text alone; the parts that it leans on are predicted by the part model.",
    "reason": "Tells what a sales voicemail gives as its reason to call back: something of the listener's own, something that "
    "would fit anybody in the trade, nothing (bare or empty), or pressure. It reads the text alone.",
    "tone": "Five axes of delivery, each a probability from 0 to 1: how a message sounds, never what the speaker feels.",
}
_NOT_FOR = {
    "part": "Not for other languages than English, for text that is no voicemail, or as a judgement of a person.",
    "approach": "Not for other languages than English. Not for legal verdicts: `robocall` says that the words are like those "
    "of robocalls, not that a law was broken. Comparing approaches on outcomes by predicted labels dilutes the difference: "
    "use the script given in the manifest, or a coach's labels.",
    "reason": "Not for other languages than English, and not for a message of which many words were not made out. What it is "
    "not sure of says nothing of the message. It knows the words of sales messages that were written for it; a threat or a "
    "plea in other words it may miss.",
    "tone": "Not for hiring, rating or monitoring people, and not for reading emotions: the European Union prohibits "
    "inferring emotions of people at work. Not for comparing speakers with each other.",
}


WELL_AGREED = 0.9
"""The card names the labels on which two readers agree less than this (Cohen's kappa)."""


def model_card(meta: Mapping[str, Any], svgs: Sequence[str]) -> str:
    """The card of a model of parts, approach, tone or reason.

    Args:
        meta: values of model.json, as `vmaudio.training.fit_model` makes them.
        svgs: names of the pictures beside the card.

    Returns:
        Markdown.
    """
    name, m = str(meta["name"]), meta["metrics"]
    lines = [f"# Model card: {name}", "", _WHAT[name], "", "## Trained on", ""]
    lines += [f"- {source['file']} (SHA-256 {source['sha256'][:16]}...)" for source in meta["data"]]
    lines.append(f"- {m['n_messages']} messages, {m['n']} rows, {len(meta.get('reps', ()))} reps; seed {meta['seed']}")
    lines += [f"- {note}" for note in meta.get("data_notes", ())]
    lines += ["", "## How good, on reps that it has not met", ""]
    if name == "tone":
        lines += _tone(meta)
    else:
        lines += [*_classes(meta), *_false_alarms(meta), *_emptiness(meta), *_readers(meta), *_external(meta)]
    for one in meta.get("own_classes", ()):
        said = "; ".join(f'"{example}"' for example in one["examples"])
        title = f", “{one['title']}”" if one.get("title", one["name"]) != one["name"].replace("_", " ") else ""
        counts = f" Counts as `{one['role']}`." if one.get("role") else ""
        lines += ["", f"### Your own class `{one['name']}`{title}", "", f"{one['meaning']} Examples: {said}{counts}"]
    not_for = _NOT_FOR[name]
    if meta.get("language"):
        not_for = not_for.replace(
            "other languages than English", f"other languages than that of its texts ({meta['language']})"
        )
    lines += ["", "## Not for", "", not_for, ""]
    lines += [f"![{svg.removesuffix('.svg')}]({svg})" for svg in svgs]
    return "\n".join(lines).rstrip() + "\n"


def number(value: Any) -> str:
    """A score with two digits, n/a where there is none.

    Args:
        value: 0 to 1, or None.
    """
    return "n/a" if value is None else f"{value:.2f}"


def _interval(m: Mapping[str, Any], key: str) -> str:
    found = m["ci"].get(key)
    return f"{number(found[0])} to {number(found[1])}" if found else ""


def _score_table(m: Mapping[str, Any]) -> list[str]:
    rows = ["| score | value | 95 % interval (drawing reps) |", "| --- | --- | --- |"]
    for key, label in (("macro_f1", "macro F1"), ("balanced_accuracy", "balanced accuracy"), ("accuracy", "accuracy")):
        rows.append(f"| {label} | {number(m[key])} | {_interval(m, key)} |")
    return [*rows, f"| majority baseline: always the most frequent class (accuracy) | {number(m['majority_baseline'])} | |"]


def _classes(meta: Mapping[str, Any]) -> list[str]:
    m = meta["metrics"]
    lines = [
        "Nested cross-validation by rep: choice, fit and calibration never saw the rep that they are judged on.", "",
        *_score_table(m), "",
        f"Answers with a confidence of at least {number(m['threshold'])} are {number(m['coverage'])} of all, and "
        f"{number(m['precision_at_coverage'])} of them are right; below it the model says \"unclear\".",
    ]  # fmt: skip
    crossed = meta.get("precision_cross_fitted")
    if crossed:
        lines.append(
            f"With the threshold chosen on other reps: {number(crossed['precision'])} right "
            f"({number(crossed['low'])} to {number(crossed['high'])}) at a coverage of {number(crossed['coverage'])}."
        )
    null = m["calibration"].get("ece_null") or [None, None, None]
    lines += [
        f"Calibration error {m['calibration']['ece']:.3f}; a perfectly calibrated model shows {null[0]:.3f} to {null[2]:.3f} "
        "on so many rows.", "",
        "| class | precision | recall | F1 | n |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for label, one in m["per_class"].items():
        lines.append(f"| {label} | {number(one['precision'])} | {number(one['recall'])} | {number(one['f1'])} | {one['n']} |")
    if "found_cuts" in meta:
        lines += [
            "",
            "### On the program's own cuts, of recognised text",
            "",
            "Real output of recognisers where the label file has it (ours was spoken by synthetic voices through telephone "
            "lines and written down by base or tiny.en, with more errors than either makes of people), else errors put in. "
            "Each labelled piece is answered by the part that most of its words were given; one that was not heard is wrong.",
            "",
            *_score_table(meta["found_cuts"]),
        ]
        lines += ["", "### What the sequence buys (macro F1)", "", "| | labelled cuts | own cuts |", "| --- | --- | --- |"]
        given, found = meta["ablation"]["given"], meta["ablation"]["found"]
        lines.append(f"| the clause alone | {number(given['no_neighbours'])} | {number(found['no_neighbours'])} |")
        for weight in given["weight"]:
            label = "with its neighbours" if weight == "0" else f"and the transition matrix, weight {weight}"
            lines.append(f"| {label} | {number(given['weight'][weight])} | {number(found['weight'][weight])} |")
        if "alone" in found:
            lines.append(f"| clauses alone, not in stretches (of labelled pieces) | | {number(found['alone'])} |")
        for boost in given["boost"]:
            label = "rare parts not lifted" if boost == "0" else f"rare parts lifted by {boost}"
            lines.append(f"| {label} | {number(given['boost'][boost])} | {number(found['boost'][boost])} |")
    return lines


def _readers(meta: Mapping[str, Any]) -> list[str]:
    """How far two readers agree on the same messages: what no model can pass."""
    found = meta.get("readers")
    if not found:
        return []
    low, high = found["ci"]
    lines = [
        "", "### The ceiling: how far two readers agree", "",
        f"A second reader, who had the label guide and the cut clauses but not the first labels, read {found['messages']} of "
        f"these messages again ({found['n']} labels). Cohen's kappa is {number(found['kappa'])} ({number(low)} to "
        f"{number(high)}, drawing messages); {number(found['agreed'])} of the labels are equal. Judged by the first reader as "
        f"a model is, the second has a macro F1 of {number(found['macro_f1'])}.",
    ]  # fmt: skip
    apart = [(label, one["kappa"]) for label, one in found["per_label"].items() if one["kappa"] is not None]
    worst = [f"{label} {number(value)}" for label, value in sorted(apart, key=lambda pair: pair[1]) if value < WELL_AGREED]
    if worst:
        lines.append(f"Labels below a kappa of {WELL_AGREED:g}: {', '.join(worst)}.")
    return lines


def _external(meta: Mapping[str, Any]) -> list[str]:
    """What was measured on other people's words and voices, none of which trained the model."""
    found = meta.get("outside")
    if not found or meta["name"] == "tone":
        return []
    lines = [
        "", "## On another writer's messages (development set, not in the repository)", "",
        "| text | macro F1 | 95 % interval | accuracy | 95 % interval | n |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for label, one in found.items():
        if "macro_f1" in one:
            lines.append(
                f"| {label} | {number(one['macro_f1'])} | {_interval(one, 'macro_f1')} | {number(one['accuracy'])} | "
                f"{_interval(one, 'accuracy')} | {one['n']} |"
            )
    calls = found.get("robocalls")
    if calls:
        low, high = calls["mean_ci"]
        lines += [
            "", f"Real robocalls: {number(calls['recall'])} of {calls['n']} found ({number(calls['ci'][0])} to "
            f"{number(calls['ci'][1])}); {calls['campaigns_at_95']} of {calls['campaigns']} campaigns reach .95, their mean "
            f"is {number(calls['mean_of_campaigns'])} ({number(low)} to {number(high)}, drawing campaigns). Two campaigns hold "
            "most of the calls. What was missed has been looked at for our own robocall texts, so no campaign is unseen. "
            "Before the last texts were written, 15 of 17 campaigns that had not been looked at reached .95, their mean was "
            "0.88: take that for a campaign of tomorrow.",
        ]  # fmt: skip
    return lines


def _false_alarms(meta: Mapping[str, Any]) -> list[str]:
    found = meta.get("robocall_false_alarms")
    if not found:
        return []
    low, high = found["ci_answered"]
    return [
        f"Honest messages called robocalls: {found['n_called']} of {found['n']} ({found['ci'][0]:.3f} to {found['ci'][1]:.3f}) "
        f"when the model is forced to choose; {found['n_answered']} of {found['n']} ({low:.3f} to {high:.3f}) with "
        '"unclear" allowed, as reports show it. By reps that it has not met; many of these messages were written to sound '
        "like robocalls.",
    ]


def _emptiness(meta: Mapping[str, Any]) -> list[str]:
    """How surely messages without a reason are told from others: what the rubric rests on."""
    found = meta.get("empty")
    if not found:
        return []
    lines = [
        "", "### No reason at all: `none` and `pressure` together", "",
        "| at least this probable | of these right | of all such messages found | n |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for least, one in found.items():
        lines.append(f"| {least} | {number(one['precision'])} | {number(one['recall'])} | {one['n']} |")
    return lines


def _tone(meta: Mapping[str, Any]) -> list[str]:
    m = meta["metrics"]
    lines = [
        "By voices that it has not heard, on synthetic speech. Only the axes marked below were checked on real voices.", "",
        "| axis | balanced accuracy | 95 % interval | majority (accuracy) | n | real voices |",
        "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for axis, one in m["axes"].items():
        real = meta["validation"].get(axis, "not validated on real voices")
        lines.append(
            f"| {axis} | {number(one['balanced_accuracy'])} | {_interval(one, 'balanced_accuracy')} | "
            f"{number(one['majority_baseline'])} | {one['n']} | {real} |"
        )
    acted = (meta.get("outside") or {}).get("lively")
    if acted:
        lines += [
            "", "### `lively` on acted speech (for evaluation only; it never trains a model)", "",
            "Angry, happy and fearful against neutral, calm and sad, by actor. The axis' columns were chosen by looking at "
            "half of the actors; \"fresh\" are those not looked at for it (the material was once revised with all in view). "
            "vmaudio judges as in the rows without \"own baseline\"; those with it show what it would be worth to take out the "
            "median of the speaker's other clips, which vmaudio does not do. A level evened by the line hides most of what "
            "there is to hear.", "",
            "| sound | balanced accuracy | 95 % interval (by actor) | majority | AUC | n | fresh actors | their interval | n |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]  # fmt: skip
        for name, one in acted.items():
            other = one["fresh"]
            lines.append(
                f"| {name} | {number(one['balanced_accuracy'])} | {_interval(one, 'balanced_accuracy')} | "
                f"{number(one['majority_baseline'])} | {number(one['auc'])} | {one['n']} | "
                f"{number(other['balanced_accuracy'])} | {_interval(other, 'balanced_accuracy')} | {other['n']} |"
            )
    return lines
