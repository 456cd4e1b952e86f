"""Write the reference pages that come from the code; ``--check`` only says whether they are up to date.

python docs/generate.py [--check]
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

import json_schemas  # noqa: E402  (beside this file)

NOTE = "<!-- Made by `make docs` from the code. Change the code, not this page. -->\n\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Every command's --help."""
    import click

    from vmaudio.cli.root import cli

    text = "# Commands\n\n" + NOTE
    text += "Exit codes: 0 every file analysed; 1 some failed, an expected error, or something left over with --strict; "
    text += "2 wrong usage.\n"
    text += "Data goes to standard output, everything else to standard error.\n\n"

    def write(command: click.Command, path: str, parent: click.Context | None) -> str:
        shape = {"max_content_width": 100, "terminal_width": 100, "help_option_names": ["-h", "--help"]}
        with click.Context(command, info_name=path.split()[-1], parent=parent, **shape) as ctx:  # type: ignore[arg-type]
            help_text = command.get_help(ctx)
            own = f"## {path}\n\n```\n{help_text}\n```\n\n"
            if isinstance(command, click.Group):
                for name in command.list_commands(ctx):
                    found = command.get_command(ctx, name)
                    assert found is not None, name
                    own += write(found, f"{path} {name}", ctx)
            return own

    return text + write(cli, "vmaudio", None).rstrip() + "\n"


def features() -> str:
    """The feature catalogue."""
    from vmaudio.features import CATALOGUE
    from vmaudio.records import FEATURE_SCHEMA

    rows = [
        (
            f"`{feature.name}`",
            feature.unit,
            feature.meaning,
            feature.source,
            f"{feature.low:g} to {feature.high:g}"
            if feature.low is not None and feature.high is not None
            else ", ".join(feature.words),
        )
        for feature in CATALOGUE.values()
    ]
    text = f"# Features (schema {FEATURE_SCHEMA})\n\n{NOTE}"
    text += "Empty where it was not measured. Times are seconds from the beginning of the message: from the record tone, where "
    text += "the file has more before it.\n\n"
    return text + _table(("feature", "unit", "meaning", "source", "usual range or words"), rows)


def settings() -> str:
    """The settings and their variables."""
    from vmaudio.settings import SETTINGS

    rows = [
        (
            f"`{s.variable}`",
            f"`{s.default}`" if s.default != "" else "",
            s.unit,
            s.help + (f" ({', '.join(s.choices)})" if s.choices else ""),
        )
        for s in SETTINGS.values()
    ]
    text = "# Settings\n\n" + NOTE + "An option of the command line wins over the variable, the variable over the default.\n\n"
    return text + _table(("variable", "default", "unit", "what it does"), rows)


def rubric() -> str:
    """The default rubric's checks and the questions a rubric may ask."""
    from vmaudio.rubric import QUESTIONS, load_rubric

    default = load_rubric()
    checks = [
        (
            f"[`{c.id}`](benchmarks/verdicts.md)",
            c.title + (" (disputed)" if c.disputed else ""),
            f"{c.weight:g}",
            c.tip,
            c.source,
            ", ".join(c.na_for),
        )
        for c in default.criteria
    ]
    questions = [
        (f"`{q.name}`", q.asks, ", ".join(f"`{name}`" + (" (optional)" if name in q.optional else "") for name in q.options))
        for q in QUESTIONS.values()
    ]
    return (
        "# The rubric\n\n"
        + NOTE
        + "Points are 100 × weights passed / weights that apply; a check that does not apply is left out of both sums, and "
        "a verdict near to its limit, or resting on a part that may be another, counts in part (the field `counts`).\n"
        "Points are a coach's opinion, applied to every message in the same way. They are not a probability of a callback.\n\n"
        "To make your own, copy `vmaudio/rubric/default.toml`, edit it, and pass it with `--rubric FILE`; "
        "`vmaudio rescore --rubric FILE` scores the stored messages again. An error is reported with its line.\n\n"
        f"## The checks of the default rubric\n\nStrong from {default.strong:g} points, fair from {default.fair:g}. Whatever "
        f"the points, a message that fails one of {_listed(default.weak_without)} is weak, and one that does not pass all of "
        f"{_listed(default.strong_needs)} is fair at most (what could not be judged is held against nobody). "
        f"Nor is one strong in which {_listed(default.strong_heard)} was not heard to pass, in doubt too. Cards and pages "
        "say so where it happens. How well the bands agree with two readers: [bands](benchmarks/bands.md). "
        "[How often each verdict is right](benchmarks/verdicts.md) was counted on recordings of known script.\n\n"
        + _table(("id", "the check", "weight", "tip", "source", "n/a for"), checks)
        + "\n## Questions that a rubric may ask\n\n"
        + _table(("test", "asks", "options"), questions)
    )


def _listed(ids: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in ids) or "none"


def options() -> str:
    """The thresholds of every stage, from the options' dataclasses."""
    from vmaudio.analysis import Options
    from vmaudio.callback import CallbackOptions, DriftOptions
    from vmaudio.duplicates import DuplicateOptions
    from vmaudio.experiments import AdaptiveOptions, CompareOptions, MonitorOptions, PoolingOptions
    from vmaudio.intake import JoinOptions
    from vmaudio.privacy import RedactOptions
    from vmaudio.report import CoachingOptions, DrillOptions, TrendOptions
    from vmaudio.rubric import RubricOptions
    from vmaudio.text import ScriptOptions

    text = (
        "# Thresholds\n\n"
        + NOTE
        + "Every number that decides something is a field of a frozen dataclass. The stages that measure take theirs from "
        "`vmaudio.Options`:\n\n"
        "```python\nfrom dataclasses import replace\nfrom vmaudio import Analyzer, Options\n\n"
        "options = Options()\noptions = replace(options, vad=replace(options.vad, min_pause_s=0.2))\n"
        "analyzer = Analyzer.from_settings(options=options)\n```\n\n"
        "A threshold that is not at its default is part of the key under which a result is stored: results of other thresholds "
        "lie side by side and are never mixed.\n\n"
        "Where a number has a source, or was tuned on data, small print says so. All others are our own defaults.\n\n"
    )
    stages = Options()
    for stage in dataclasses.fields(stages):
        value = getattr(stages, stage.name)
        if dataclasses.is_dataclass(value):
            text += _thresholds(value, stage.name, 2)
    text += "## What stands around the measuring\n\nThey are arguments of the functions that use them.\n\n"
    for kind in (
        RubricOptions, CallbackOptions, DriftOptions, CompareOptions, MonitorOptions, PoolingOptions, AdaptiveOptions,
        DuplicateOptions, RedactOptions, JoinOptions, CoachingOptions, TrendOptions, ScriptOptions, DrillOptions,
    ):  # fmt: skip
        text += _thresholds(kind(), kind.__name__, 3)
    return text.rstrip() + "\n"


def _thresholds(options: Any, path: str, level: int) -> str:
    """One dataclass: what it is for, its thresholds, and below them those of the dataclasses inside it."""
    about = " ".join((type(options).__doc__ or "").strip().partition("\n\n")[0].split()).replace("``", "`")
    rows, inner = [], ""
    for field in dataclasses.fields(options):
        value, info = getattr(options, field.name), field.metadata
        if dataclasses.is_dataclass(value):
            inner += _thresholds(value, f"{path}.{field.name}", level + 1)
        elif "meaning" in info:
            tuned = f"tuned on: {info['tuned_on']}" if info["tuned_on"] else ""
            origin = "; ".join(filter(None, (info["source"].removeprefix("our default").lstrip(";: "), tuned)))
            meaning = info["meaning"] + (f"<br><small>{origin}</small>" if origin else "")
            unit = f"<br><small>{info['unit']}</small>" if " " in info["unit"] else f" {info['unit']}".rstrip()
            rows.append((f"`{field.name}`", f"{value}{unit}", meaning))
    name = type(options).__name__
    text = f"{'#' * level} {path}\n\n" + (f"{about}\n\n" if name == path else f"`{name}`: {about}\n\n")
    return text + (_table(("option", "default", "what it decides"), rows) + "\n" if rows else "") + inner


def dispositions_page() -> str:
    """What the words of CRMs and dialers mean, by system."""
    from vmaudio.intake import MEANINGS, disposition_table

    text = (
        "# Words of CRMs and dialers\n\n"
        + NOTE
        + "How the result of a call (HubSpot's Call outcome, Salesforce's Call Result, a dialer's disposition) is read from an "
        "outcome file. The table is `vmaudio/intake/tables/dispositions.csv`. Words are compared without case; blanks, "
        "hyphens and underscores are one. `vmaudio outcomes import` shows how each word of a file was read, and lists those "
        'that the table does not know. Words of your own: `--map-value "Interested=connect"`, kept with `--save-map`.\n\n'
        "The outcome of a message is what the prospect did afterwards. So a call that the rep will make again, a voicemail "
        "that picked up, or a line that was connected count for nothing.\n\n## Meanings\n\n"
        + _table(("meaning", "what it stands for"), [(f"`{name}`", words) for name, words in MEANINGS.items()])
    )
    lines = disposition_table()
    for system in dict.fromkeys(line.system for line in lines):
        text += f"\n## {'Any system' if system == 'any' else system}\n\n"
        own = [line for line in lines if line.system == system]
        words: dict[tuple[str, str], list[str]] = {}
        for line in own:
            words.setdefault((line.meaning, line.source), []).append(f"`{line.word}`")
        rows = [(meaning, ", ".join(found), source) for (meaning, source), found in words.items()]
        text += _table(("meaning", "words", "source"), rows)
    return text


def web() -> str:
    """The page of the web app, with the table of who sees what."""
    from vmaudio.web import ROLES, table_for_people

    before, begin, rest = (DOCS / "web.md").read_text("utf-8").partition("<!-- rights: made by `make docs` -->\n")
    _, end, after = rest.partition("<!-- end of rights -->\n")
    rows = [(what, paths, *words) for what, paths, words in table_for_people()]
    return before + begin + "\n" + _table(("what", "addresses", *ROLES), rows) + "\n" + end + after


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "features.md": features,
    "options.md": options,
    "settings.md": settings,
    "rubric.md": rubric,
    "dispositions.md": dispositions_page,
    "web.md": web,
    **{f"schemas/{name}.json": partial(json_schemas.page, name) for name in json_schemas.SCHEMAS},
}


def main() -> int:
    """Write or check the pages; 1 when a checked page is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, "utf-8")
    if stale:
        print(f"{'stale, run make docs' if check else 'written'}: {', '.join(stale)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    os.environ["COLUMNS"] = "100"
    sys.exit(main())
