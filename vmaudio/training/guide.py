"""The label guide in short: what each class means, ours and a team's own, for whoever labels."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.classify import OwnClass, declared_classes
from vmaudio.records import APPROACH_CLASSES, PART_CLASSES, REASON_CLASSES, LabelClass


def label_guide() -> str:
    """The classes with their meanings, as Markdown; those of the file of own classes with their examples.

    Raises:
        SettingError: the file of own classes has faults.
    """
    own = declared_classes()
    lines = [
        "# Label guide", "",
        f"One part for every clause, one approach and one reason for the whole message. The messages are in: {own.language}.",
        "Cut wherever the part changes, inside a sentence too.", "",
        *_section("Parts", "the words that", PART_CLASSES, own.parts), "",
        *_section("Approaches: take the first that applies", "it is this when", APPROACH_CLASSES, own.approaches), "",
        *_section("Reasons: what is given as the reason to call back", "it is this", REASON_CLASSES, ()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _section(title: str, head: str, ours: Sequence[LabelClass], own: Sequence[OwnClass]) -> list[str]:
    lines = [f"## {title}", ""]
    if own:
        lines += ["Your own:", "", f"| label | title | {head} | examples | counts as |", "|" + " --- |" * 5]
        for one in own:
            said = "; ".join(f"“{example}”" for example in one.examples)
            lines.append(_row(f"`{one.name}`", one.title, one.meaning, said, one.role and f"`{one.role}`"))
        lines += ["", "Ours:", ""]
    lines += [f"| label | title | {head} |", "|" + " --- |" * 3]
    return [*lines, *(_row(f"`{one.name}`", one.title, one.meaning) for one in ours)]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
