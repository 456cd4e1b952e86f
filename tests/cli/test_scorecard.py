"""The scorecard looks as it did when somebody last looked, and shows text as text."""

import dataclasses
import io

import pytest
from rich.console import Console

from tests import goldens
from tests.makers import analysis, transcript
from vmaudio.cli.scorecard import scorecard
from vmaudio.records import Flag, Message
from vmaudio.rubric.load import load_rubric
from vmaudio.rubric.scoring import score


def printed(made, width=100):
    """The scorecard as plain text."""
    default = load_rubric()
    made = dataclasses.replace(made, score=score(made, default))
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(scorecard(made, default))
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


MESSAGE = Message(
    "calls/tom.wav",
    rep="Tom",
    prospect="p1",
    prospect_name="Dana Whitfield",
    company="Whitfield Dental",
    notes="moves offices in May",
)
CASES = {
    "scorecard.txt": analysis(MESSAGE, flags=(Flag("noisy", "the speech is only 8 dB above the noise"),)),
    "scorecard-silent.txt": analysis(transcript=transcript("")),
}


@pytest.mark.golden
@pytest.mark.parametrize("name", CASES)
def test_scorecards_look_as_accepted(name):
    """The printed scorecard is the accepted one."""
    goldens.check(name, printed(CASES[name]))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_any_width_shows_every_tip(width):
    """On narrow and wide terminals the three heaviest failed checks are shown with their tips."""
    made = CASES["scorecard.txt"]
    text = " ".join(printed(made, width).split())
    failed = sorted((c for c in score(made, load_rubric()).checks if c.verdict == "fail"), key=lambda c: -c.weight)
    assert failed
    for check in failed[:3]:
        assert check.tip.split()[0] in text


def test_words_are_not_markup():
    """What a stranger said is printed as text, never as markup or a terminal code."""
    made = analysis(
        Message("[bold]a.wav", rep="[/]", prospect_name="[link=x]"), transcript=transcript("[red]hello[/red] there")
    )
    text = printed(made)
    for words in ("[bold]a.wav", "[red]hello[/red]"):
        assert words in text


def test_another_language_is_no_silence():
    """A message of which no words were written down says so, and what to run; all words are shown, not only the numbers."""
    spanish = dataclasses.replace(transcript(""), status="speech", language="es")
    text = " ".join(printed(analysis(transcript=spanish)).split())
    assert "No words were written down." in text
    assert "run with --language es" in text
    german = dataclasses.replace(transcript("Guten Tag 303-555-0126"), language="de")
    assert "Guten Tag 303-555-0126" in printed(analysis(transcript=german))
