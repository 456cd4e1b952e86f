"""No page says two things that cannot both hold: every sample's scorecard, page and place in the report, pair by pair."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from tests.lines import analyzer
from tests.report.makers import frozen
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.analysis.scoring_pass import score_in_context
from vmaudio.cli.scorecard import scorecard
from vmaudio.intake.manifest import read_manifest
from vmaudio.records import Analysis, Flag, Mention, Outcome
from vmaudio.report import Glossary, build_report, message_view
from vmaudio.rubric import load_rubric, score

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
RUBRIC = load_rubric()


@dataclasses.dataclass(frozen=True)
class Shown:
    """All that is said of one message: the record, its page, and its scorecard as plain text."""

    analysis: Analysis

    @property
    def view(self):
        """The page's view."""
        return message_view(self.analysis, Glossary.of(RUBRIC), tone=True)

    @property
    def card(self) -> str:
        """The scorecard, on one line."""
        console = Console(file=io.StringIO(), width=400, highlight=False)
        console.print(scorecard(self.analysis, RUBRIC))
        return " ".join(console.file.getvalue().split())

    def check(self, name: str):
        """A check of the rubric."""
        return next(check for check in self.analysis.score.checks if check.id == name)

    def verdict(self, name: str) -> str:
        """Its verdict; "open" where it could not be judged."""
        check = self.check(name)
        return "open" if check.not_judged else check.verdict


def _missing(part: str, *checks: str) -> Callable[[Shown], bool]:
    return lambda s: part in s.view.missing and any(s.verdict(check) in ("pass", "open") for check in checks)


def _both(one: str, other: str, words: str) -> Callable[[Shown], bool]:
    """A check passes, and the evidence of another says that the same thing was not heard."""
    return lambda s: s.verdict(one) == "pass" and re.search(words, s.check(other).evidence) is not None


def _denied(s: Shown) -> bool:
    """The evidence of a check says that no part of some kind was heard, and one is shown below the transcript."""
    shown = {
        "telephone number" if part.label in ("number", "number_repeat") else part.label for part in s.analysis.structure.parts
    }
    said = r"\bno (?:part of the message is )?((?:telephone number|[a-z_]+)(?: or [a-z_]+)*)(?: was heard|$)"
    return any(shown & set(of.split(" or ")) for c in s.analysis.score.checks for of in re.findall(said, c.evidence))


LABELS = ("rushed", "pushy", "hesitant", "warm", "flat", "businesslike", "neutral", "unclear", "not sure")
RANK = {"weak": 0, "fair": 1, "strong": 2}

PAIRS: dict[str, Callable[[Shown], bool]] = {
    "the reason is missing, and heard": _missing("reason", "gives_reason", "reason_by_9s"),
    "the listener is missing, and named": _missing("callee", "callee_named"),
    "the caller is missing, and named": _missing("identity", "caller_named"),
    "the ask is missing, and heard": _missing("ask", "one_ask"),
    "the number is missing, and heard": lambda s: "number" in s.view.missing and s.analysis.entities.number_to_call is not None,
    "a reason in time, and none at all": lambda s: s.verdict("reason_by_9s") == "pass" and s.verdict("gives_reason") == "fail",
    "a reason before the company, and none": lambda s: (
        s.verdict("reason_before_company") in ("pass", "fail") and s.verdict("gives_reason") == "fail"
    ),
    "no reason to compare, and a reason": _both("gives_reason", "reason_before_company", "no part of the message is reason"),
    "no such part, and one is shown": _denied,
    "something for them, and none heard": _both("something_for_them", "gives_reason", "^no .* was heard$"),
    "the listener is named, and no name was heard": _both("callee_named", "callee_matches", "no listener's name"),
    "the right name, and no name": lambda s: (
        s.verdict("callee_matches") in ("pass", "fail") and s.verdict("callee_named") != "pass"
    ),
    "the rep's own name is the listener's": lambda s: (
        s.verdict("callee_named") == "pass"
        and s.analysis.entities.caller is not None
        and f"“{s.analysis.entities.caller.text}”" in s.check("callee_named").evidence
    ),
    # the digits of a number in doubt are to be checked
    "the number is complete, and in doubt": lambda s: (
        s.verdict("number_complete") == "pass"
        and re.search("in doubt|incomplete|digits are missing|please check the digits", s.card) is not None
    ),
    "the number is complete, and not": lambda s: (
        s.verdict("number_complete") == "pass" and any("not complete" in fact.value for fact in s.view.facts)
    ),
    # in doubt, it may be the caller's where one hearing of it is: the check says so
    "the number is missing digits, and is the caller's": lambda s: (
        s.verdict("number_complete") != "pass"
        and s.verdict("number_is_caller_id") in ("pass", "fail")
        and "the phone shows" not in s.check("number_complete").evidence
    ),
    "no number was heard, and it is slow": lambda s: (
        "no telephone number" in s.check("number_complete").evidence and s.verdict("number_slow") in ("pass", "fail")
    ),
    "the notes are used, and not heard": lambda s: {"uses_notes", "ignores_notes"} <= {f.kind for f in s.analysis.flags},
    "specific to the prospect, and not": lambda s: (
        {f.kind for f in s.analysis.flags} & {"uses_notes", "personalised"} and s.verdict("personal") != "pass"
    ),
    "nothing of the notes, and something specific": lambda s: (
        "ignores_notes" in {f.kind for f in s.analysis.flags} and s.verdict("personal") == "pass"
    ),
    "slow, and fast": lambda s: s.verdict("not_rushed") == s.verdict("not_dragging") == "fail",
    "all passed, and something to change": lambda s: "are passed" in s.view.summary and bool(s.view.failed),
    "no points, and points": lambda s: ("no points" in s.card) != (s.view.points is None),
    "unscored, and a thing to change first": lambda s: s.view.points is None and "Change this first" in s.view.summary,
    "no points, and parts that are missed": lambda s: s.view.points is None and s.view.missing != (),
    "not sure, twice": lambda s: any("not sure, but that is not sure" in check.evidence for check in s.analysis.score.checks),
    "well heard, and hard to make out": lambda s: any(
        float(of) > 0.8
        for check in s.analysis.score.checks
        for of in re.findall(r"hard to make out \(mean word probability (\d\.\d+)\)", check.evidence)
    ),
    "why it is not scored, more than once": lambda s: (
        s.view.points is None
        and s.analysis.score.why_unscored != ""
        and (
            s.card.count(s.analysis.score.why_unscored) != 1
            or (s.view.not_applicable != () and s.analysis.transcript.status != "speech")
        )
    ),
    "the approach unclear beside the points": lambda s: (
        "unclear" in s.card.split("Transcript")[0] or s.view.approach == "unclear"
    ),
    "a word of delivery that is not validated": lambda s: (
        s.analysis.tone is not None
        and set(s.analysis.tone.not_validated) == set(s.analysis.tone.axes)
        and (s.view.tone_label != "" or re.search(rf"Sounds ({'|'.join(LABELS)})", s.card) is not None)
    ),
    "a length in two forms": lambda s: not any(f.name == "length" and f.value in s.card for f in s.view.facts),
    "well done, and please look at": lambda s: any(
        f.praise == (f.kind == "ignores_notes") for f in s.view.flags if "notes" in f.kind
    ),
    "a lower band than the points, and nothing says why": lambda s: (
        s.view.points is not None
        and RANK[s.view.band] < (s.view.points >= RUBRIC.fair) + (s.view.points >= RUBRIC.strong)
        and not (s.view.band_why and f"{s.view.band}: {s.view.band_why}" in s.card)
    ),
    "the points decide, and a reason why they do not": lambda s: (
        s.view.points is not None
        and bool(s.view.band_why)
        and RANK[s.view.band] == (s.view.points >= RUBRIC.fair) + (s.view.points >= RUBRIC.strong)
    ),
    "a reason of their own, and none": lambda s: s.verdict("own_reason") == "pass" and s.verdict("gives_reason") == "fail",
    "a reason, and none of their own was heard": _both("gives_reason", "own_reason", "no reason was heard"),
    "one thing, and heard as a list": lambda s: s.verdict("no_list") == "fail" and s.analysis.structure.approach != "pitch",
    "strong, and no reason": lambda s: s.view.band == "strong" and s.verdict("gives_reason") == "fail",
    "a flag by its code": lambda s: any(f"{flag.kind}:" in s.card for flag in s.analysis.flags if "_" in flag.kind),
    "a part by its label": lambda s: any(
        f" {label} " in s.card.split("Transcript")[-1] for label in ("number_repeat", "next_step", "opt_out")
    ),
    "silent at once, and late": lambda s: (
        s.verdict("no_lead_silence") == "pass" and any("starts late" in flag.evidence for flag in s.analysis.flags)
    ),
    "a clear line, and a noisy one": lambda s: (
        s.verdict("clear_line") == "pass" and any(flag.kind in ("noisy", "clipped") for flag in s.analysis.flags)
    ),
    "one of something, in the plural": lambda s: re.search(r"(?<![\d.,])1 (?!s\b)[a-z]+s\b(?! of 1)", s.card) is not None,
}


def contradictions(analyses: list[Analysis]) -> list[str]:
    """What is said twice otherwise, as "file: pair"."""
    return [f"{a.file_name}: {pair}" for a in analyses for pair, holds in PAIRS.items() if holds(Shown(a))]


def scripted() -> list[Analysis]:
    """All samples with the words of their scripts, on their real sound."""
    truths = {path.stem: json.loads(path.read_text("utf-8"))["text"] for path in SAMPLES.glob("*.json")}
    messages = read_manifest(SAMPLES / "manifest.csv")
    texts = {hashlib.sha256(Path(m.source).read_bytes()).hexdigest(): truths[Path(m.source).stem] for m in messages}
    return [made for made in analyzer(texts).analyze_many(messages) if isinstance(made, Analysis)]


@pytest.fixture(scope="module")
def samples() -> list[Analysis]:
    """The samples as their scripts have them."""
    return scripted()


def test_no_sample_says_two_things(samples):
    """Walk every pair over every sample."""
    assert len(samples) > 30
    assert contradictions(samples) == []


def test_no_message_of_the_frozen_team_says_two_things():
    """The same over the team of the reports, scored by today's rubric."""
    team = [dataclasses.replace(a, score=score(a, RUBRIC)) for a in frozen()[0]]
    assert contradictions(team) == []


def test_the_pairs_find_what_they_look_for(samples):
    """A page that does contradict itself is caught: the listener's name taken from the caller's, a reason called missing."""
    one = next(a for a in samples if a.score.points is not None and Shown(a).verdict("callee_named") == "pass")
    caller = one.entities.caller or Mention("Tom", 1.0, 2.0, 0.9)
    same = dataclasses.replace(one, entities=dataclasses.replace(one.entities, caller=caller, callee=caller))
    old = [
        dataclasses.replace(c, evidence=f"“{caller.text}” at 0:01") if c.id == "callee_named" else c for c in same.score.checks
    ]
    kept = dataclasses.replace(same, score=dataclasses.replace(same.score, checks=tuple(old)))
    assert any("own name" in found for found in contradictions([kept]))
    rescored = dataclasses.replace(same, score=score(same, RUBRIC))
    assert not any("own name" in found for found in contradictions([rescored]))


def test_a_part_that_says_nothing_is_not_denied(samples):
    """A value that fits anybody is shown and quoted; "no part of the message is reason or value" beside it is caught."""
    one = next(a for a in samples if a.file_name.startswith("27"))
    assert any(part.label == "value" for part in one.structure.parts)
    assert "could be said by anybody" in Shown(one).check("reason_before_company").evidence
    old = tuple(
        dataclasses.replace(c, evidence="no part of the message is reason or value") if c.id == "reason_before_company" else c
        for c in one.score.checks
    )
    found = contradictions([dataclasses.replace(one, score=dataclasses.replace(one.score, checks=old))])
    assert any("no such part" in pair for pair in found)


def test_notes_are_praised_only_where_the_check_of_them_passes(samples):
    """Words in doubt: the check cannot be judged, and the flags say nothing of the notes."""
    one = next(a for a in samples if Shown(a).verdict("personal") == "pass")
    assert any(flag.kind == "uses_notes" for flag in one.flags)
    told = next(flag for flag in one.flags if flag.kind == "personalised")
    twice = dataclasses.replace(one, flags=(dataclasses.replace(told, kind="uses_notes"), told))
    assert "uses the notes" not in Shown(twice).card
    assert "specific to this prospect, from your notes: " in Shown(twice).card
    assert [flag.name for flag in message_view(twice).flags] == ["specific to this prospect, from your notes"]
    faint = dataclasses.replace(
        one.transcript,
        segments=tuple(
            dataclasses.replace(part, words=tuple(dataclasses.replace(word, probability=0.2) for word in part.words))
            for part in one.transcript.segments
        ),
    )
    kept = score_in_context(dataclasses.replace(one, transcript=faint), one.message, RUBRIC)
    assert Shown(kept).verdict("personal") == "open"
    assert contradictions([kept]) == []
    assert any("specific" in found for found in contradictions([dataclasses.replace(kept, flags=one.flags)]))


def test_a_wrong_speed_is_told_once_as_why_there_are_no_points(samples):
    """The head says why; the flag beside it has its name alone."""
    one = next(a for a in samples if a.score.points is not None)
    flag = Flag("wrong_speed", "the voice is implausibly high and fast")
    made = dataclasses.replace(one, flags=(flag,))
    made = dataclasses.replace(made, score=score(made, RUBRIC))
    assert Shown(made).card.count(flag.evidence) == 1
    assert contradictions([made]) == []


def test_a_report_calls_a_message_back_or_not(samples):
    """A message's page in the report, its row and why it was chosen agree on whether it was called back."""
    outcomes = {a.message.message_id: Outcome(a.message.message_id, callback=i % 3 == 0) for i, a in enumerate(samples)}
    data = build_report(samples, outcomes, glossary=Glossary.of(RUBRIC))
    rows = {row.id: row.callback for row in data.messages}
    assert data.instructive
    for view in data.instructive:
        assert view.callback == rows[view.id]
        assert not ("alled back" in view.why and view.callback is not True)


def test_the_headline_rests_on_messages_to_which_the_check_applies(samples):
    """The samples' report names no check for empty cells of the manifest."""
    data = build_report(samples, glossary=Glossary.of(RUBRIC))
    assert "specific to this prospect" not in data.headline
    personal = next(row for row in data.checks if row.id == "personal")
    assert personal.applies <= sum(bool(a.message.notes) for a in samples)


@pytest.mark.real
@pytest.mark.parametrize("engine", ["openai-whisper:tiny.en"])
def test_no_sample_as_heard_says_two_things(engine):
    """The same pairs over what a recogniser really hears."""
    results = Analyzer.from_settings(engine=engine).analyze_many(read_manifest(SAMPLES / "manifest.csv"))
    heard = [result for result in results if isinstance(result, Analysis)]
    assert len(heard) > 30
    assert contradictions(heard) == []
    fails = {a.file_name[:2] for a in heard if Shown(a).verdict("number_complete") == "fail"}
    assert fails == {"15", "26"}  # the two whose scripts have no number
