"""How far a message keeps to its script: `script_adherence`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vmaudio.errors import SettingError
from vmaudio.records import Analysis, Message, ScriptAdherence, ScriptWord, Transcript
from vmaudio.text.script.align import align, likeness, spoken
from vmaudio.text.script.options import DEFAULT, SCRIPT_TEXT, ScriptOptions
from vmaudio.text.script.repeats import first_sayings
from vmaudio.text.script.units import Side, Unit, heard_side, script_side


def script_of(message: Message, *, options: ScriptOptions = DEFAULT) -> str | None:
    """The text of a message's script.

    Args:
        message: one message; the text is in ``extra["script_text"]`` or in ``script``, where that is no name of a script.
        options: how many words a script has at least.

    Returns:
        The text, or None where only a name is known, or nothing.
    """
    text = (message.extra.get(SCRIPT_TEXT) or "").strip()
    if text:
        return text
    text = (message.script or "").strip()
    several = len(text.split()) >= options.least_words
    return text if several and any(sign in text for sign in ".!?,{[\n") else None


def adherence_of(analysis: Analysis, *, options: ScriptOptions = DEFAULT) -> ScriptAdherence | None:
    """How far an analysed message keeps to its own script.

    Args:
        analysis: one analysed message.
        options: the costs and limits of the comparison.

    Returns:
        The comparison; None where the message has no script that can be compared, and where no words were heard.
    """
    script = script_of(analysis.message, options=options)
    if script is None or not analysis.transcript.words:
        return None
    try:
        checked_script(script, options=options)
    except SettingError:
        return None
    return script_adherence(script, analysis.transcript, options=options)


def script_adherence(script: str, transcript: Transcript, *, options: ScriptOptions = DEFAULT) -> ScriptAdherence:
    """Compare a script with what was said, word by word.

    Case, marks, ums and short forms ("I am", "I'm") make no difference, and numbers are compared as numbers. ``{name}`` and
    ``[Name]`` are slots: any few words fill them, and digits where a number, price or time is asked for. A word that the
    recogniser may have misheard is unsure, and no fault. A number that is said twice fills its place with the first complete
    saying; the second is repeated, and not added.

    Args:
        script: its text.
        transcript: what was heard.
        options: the costs and limits of the comparison.

    Returns:
        What was said, changed, left out and added, with the seconds at which it was heard.

    Raises:
        SettingError: the script has no words, or too many.
    """
    wanted, heard = script_side(checked_script(script, options=options)), heard_side(transcript)
    words = _words(wanted, heard, options)
    counts = {status: sum(word.status == status for word in words) for status in ("said", "changed", "left out", "added")}
    sure = counts["said"] + counts["changed"] + counts["left out"]
    return ScriptAdherence(
        share=counts["said"] / sure if sure else None,
        said=counts["said"],
        changed=counts["changed"],
        left_out=counts["left out"],
        added=counts["added"],
        unsure=sum(word.status == "unsure" for word in words),
        words=tuple(words),
    )


def checked_script(script: str, *, options: ScriptOptions = DEFAULT) -> str:
    """The text of a script, if it can be compared with a message.

    Args:
        script: what a user gave.
        options: how many words it may have.

    Returns:
        The text without blanks around it.

    Raises:
        SettingError: the script has no words, or too many.
    """
    words = len(script.split())
    if words > options.most_words:
        raise SettingError(f"The script has {words} words; at most {options.most_words} can be compared. Shorten it.")
    if not script_side(script).units:
        raise SettingError("The script has no words. Give the text that the rep was asked to say.")
    return script.strip()


@dataclass(slots=True)
class _Row:
    """A word of the script, or an added one, while its units are gathered."""

    item: int | None
    again: bool = False
    pairs: list[tuple[Unit | None, list[Unit]]] = field(default_factory=list)

    @property
    def heard(self) -> list[Unit]:
        return [unit for _, units in self.pairs for unit in units]


def _words(wanted: Side, heard: Side, options: ScriptOptions) -> list[ScriptWord]:
    rows: list[_Row] = []
    steps, repeated = first_sayings(align(wanted.units, heard.units, options), wanted, heard, options)
    for step in steps:
        unit = wanted.units[step.script] if step.script is not None else None
        units = [heard.units[at] for at in step.heard]
        if unit is None and units[0].kind == "filler":
            continue
        last = rows[-1] if rows else None
        if unit is not None and unit.kind == "filler":
            continue
        if unit is None:
            inside = last and last.heard and last.heard[-1].item == units[0].item  # a further digit of the same number
            if not inside:
                rows.append(_Row(None, step.heard[0] in repeated))
        elif last is None or last.item != unit.item:
            rows.append(_Row(unit.item))
        rows[-1].pairs.append((unit, units))
    return [_word(row, rows[max(0, at - 1) : at + 2], wanted, heard, options) for at, row in enumerate(rows)]


def _word(row: _Row, around: Sequence[_Row], wanted: Side, heard: Side, options: ScriptOptions) -> ScriptWord:
    units = row.heard
    shown = " ".join(heard.items[item] for item in dict.fromkeys(unit.item for unit in units)).strip(" ,.;:!?")
    start_s, end_s = (units[0].start_s, units[-1].end_s) if units else (None, None)
    doubtful = bool(units) and all(unit.probability < options.unsure for unit in units)
    if row.item is None:
        return ScriptWord("repeated" if row.again else "unsure" if doubtful else "added", "", shown, start_s, end_s)
    text = wanted.items[row.item]
    slot = next((unit.norm for unit, _ in row.pairs if unit and unit.kind == "slot"), "")
    if not units:
        beside = any(unit.probability < options.unsure for other in around for unit in other.heard)
        return ScriptWord("unsure" if beside else "left out", text, slot=slot)
    if slot or all(_same(unit, found) for unit, found in row.pairs):
        return ScriptWord("said", text, shown, start_s, end_s, slot=slot)
    differing = [(unit, found) for unit, found in row.pairs if not _same(unit, found)]
    misheard = all(_misheard(unit, found, options) for unit, found in differing)
    return ScriptWord("unsure" if misheard else "changed", text, shown, start_s, end_s)


def _same(unit: Unit | None, found: list[Unit]) -> bool:
    return unit is not None and len(found) == 1 and (unit.kind, unit.norm) == (found[0].kind, found[0].norm)


def _misheard(unit: Unit | None, found: list[Unit], options: ScriptOptions) -> bool:
    """Whether a difference may be the recogniser's: it was not sure, or the two are almost alike."""
    if not found:
        return False
    if all(one.probability < options.unsure for one in found):
        return True
    both_digits = unit is not None and unit.kind == found[0].kind == "digit"
    return unit is not None and not both_digits and likeness(spoken(unit), spoken(found[0])) >= options.alike
