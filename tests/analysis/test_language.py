"""One rule says what English is: flags, checks of the words, parts and the mending of numbers follow it alike."""

import dataclasses

import pytest

from tests.makers import analysis, transcript
from vmaudio.analysis.flags import of_content
from vmaudio.records import Entities, Structure
from vmaudio.rubric.checks.all_checks import Case

NOTHING = Structure((), (), "other", {}, ())


@pytest.mark.parametrize(
    ("language", "english"), [("en", True), ("en-US", True), ("EN", True), ("", True), ("auto", True), ("de", False)]
)
def test_flags_and_checks_agree(language, english):
    """A region, capitals or an engine that returns its setting make no message foreign."""
    said = dataclasses.replace(transcript(), language=language)
    flagged = any(flag.kind == "not_english" for flag in of_content(said, Entities(), NOTHING))
    case = Case(dataclasses.replace(analysis(), transcript=said), None)
    assert (flagged, case.unreadable is not None) == (not english, not english)
