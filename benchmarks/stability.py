"""Does a score hang on a word that means nothing? Small changes to a labelled message, and what they do to its points.

Metamorphic testing: no truth is needed, only that a message and the same message with another listener's name, an "um" or a
"thanks" more, deserve the same points. The sound is taken to be the same: words get made-up times, and all checks of the
signal see one plausible voice, so that only what rests on the words can move.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.classify import Model, hear_reason
from vmaudio.classify.structure import label_many
from vmaudio.features import feature_row
from vmaudio.records import Analysis, Contour, Entities, Message, PhraseEnd, Prosody, Provenance, Score, Structure, Transcript
from vmaudio.rubric import scoring
from vmaudio.rubric.load import Rubric
from vmaudio.text.clauses.split import split_clauses, transcript_from_text
from vmaudio.text.entities.find import find_entities
from vmaudio.training.labels import LabelledMessage, Sentence
from vmaudio.training.recognition_errors import unpunctuated

Change = Callable[[LabelledMessage, np.random.Generator], LabelledMessage | None]

NAMES = ("Dana", "Kevin", "Maria", "Steve", "Priya", "Carlos", "Linda", "Omar", "Janet", "Tony")
COMPANIES = ("Brightwater Supply", "Harbor Point Systems", "Cedar Ridge Services", "Meridian Group", "Lakeside Media")
GREETINGS = (("hi", "hello"), ("hello", "hi"), ("hey", "hi"), ("good morning", "good afternoon"), ("good afternoon", "hello"))
SYNONYMS = {
    "big": "large", "large": "big", "quick": "short", "buy": "purchase", "start": "begin", "begin": "start", "people": "folks",
    "folks": "people", "kids": "children", "fix": "repair", "maybe": "perhaps", "perhaps": "maybe", "great": "good",
    "nice": "good", "picked": "chosen", "also": "too", "phone": "telephone", "almost": "nearly", "nearly": "almost",
    "whole": "entire", "store": "shop", "shop": "store", "twice": "two times", "totally": "completely", "just": "only",
}  # fmt: skip
_NUMBERS = ("number", "number_repeat")
_NAMED = re.compile(r"^[A-Z][\w'’-]*")


@dataclass(frozen=True)
class Shift:
    """What one change did: points before and after (None where unscored), and the checks whose verdict changed."""

    id: str
    change: str
    before: float | None
    after: float | None
    checks: tuple[str, ...]

    @property
    def jump(self) -> float:
        """Points moved; NaN where exactly one of the two is unscored, 0 where both are."""
        if self.before is None or self.after is None:
            return 0.0 if self.before is self.after else math.nan
        return abs(self.after - self.before)


def _with(message: LabelledMessage, texts: Sequence[str]) -> LabelledMessage:
    pieces = tuple(Sentence(text, old.part) for text, old in zip(texts, message.sentences, strict=True) if text.strip())
    return dataclasses.replace(message, sentences=pieces, recognised=None)


def _renamed(message: LabelledMessage, part: str, new: str) -> LabelledMessage | None:
    """The first capitalised name of the pieces of ``part`` is replaced, wherever it stands in the message."""
    for sentence in message.sentences:
        if sentence.part != part:
            continue
        skip = {"I", "I'm", "This", "My", "It's", "Mr", "Mrs", "Ms", "Dr", "Miss", "Is", "Hi", "Hello", "For", "Name's", "And"}
        words = [re.sub(r"[^\w'’-]", "", word) for word in sentence.text.split()]
        name = next((word for word in words if _NAMED.match(word) and word not in skip and not word.endswith("'s")), None)
        if name and name != new:
            pattern = re.compile(rf"\b{re.escape(name)}\b")
            return _with(message, [pattern.sub(new, one.text) for one in message.sentences])
    return None


def another_callee(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """Somebody else is addressed."""
    return _renamed(message, "callee", str(rng.choice(NAMES)))


def another_caller(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """Somebody else calls."""
    return _renamed(message, "identity", str(rng.choice(NAMES)))


def another_company(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """The company's name, where it comes after "from", "with", "at", "of" or "over at", is another one."""
    new = str(rng.choice(COMPANIES))
    for place, sentence in enumerate(message.sentences):
        if sentence.part == "company":
            name = r"\b(from|with|at|of|for) ([A-Z][\w'’&-]*(?: [A-Z][\w'’&-]*)*)"
            text, done = re.subn(name, rf"\1 {new}", sentence.text, count=1)
            if done:
                return _with(message, [text if i == place else one.text for i, one in enumerate(message.sentences)])
    return None


def an_um(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """An "um" before a word, not in a number."""
    free = [i for i, one in enumerate(message.sentences) if one.part not in _NUMBERS]
    if not free:
        return None
    place = int(rng.choice(free))
    words = message.sentences[place].text.split()
    words.insert(int(rng.integers(len(words))), "um,")
    return _with(message, [" ".join(words) if i == place else one.text for i, one in enumerate(message.sentences)])


def another_greeting(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """ "Hi" becomes "hello" and the like."""
    for place, sentence in enumerate(message.sentences):
        if sentence.part == "greeting":
            for old, new in GREETINGS:
                text, done = re.subn(rf"\b{old}\b", new, sentence.text, count=1, flags=re.IGNORECASE)
                if done:
                    text = text[:1].upper() + text[1:] if sentence.text[:1].isupper() else text
                    return _with(message, [text if i == place else one.text for i, one in enumerate(message.sentences)])
    return None


def a_synonym(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """One word is replaced by one of the same meaning."""
    places = [
        (i, j)
        for i, one in enumerate(message.sentences)
        for j, word in enumerate(one.text.split())
        if one.part not in ("callee", "identity", "company", *_NUMBERS) and word.strip(".,;:!?") in SYNONYMS
    ]
    if not places:
        return None
    i, j = places[int(rng.integers(len(places)))]
    words = message.sentences[i].text.split()
    bare = words[j].strip(".,;:!?")
    words[j] = words[j].replace(bare, SYNONYMS[bare])
    return _with(message, [" ".join(words) if k == i else one.text for k, one in enumerate(message.sentences)])


def thanks_at_the_end(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """One "Thanks." more at the end, unless it ends with thanks already."""
    last = message.sentences[-1]
    if re.search(r"\b(thanks|thank you)\b", last.text.lower()):
        return None
    return dataclasses.replace(message, sentences=(*message.sentences, Sentence("Thanks.", "closing")), recognised=None)


def no_marks(message: LabelledMessage, rng: np.random.Generator) -> LabelledMessage | None:
    """All marks and capitals are lost."""
    return _with(message, [unpunctuated(one.text) for one in message.sentences])


CHANGES: Mapping[str, Change] = {
    "another listener": another_callee,
    "another caller": another_caller,
    "another company": another_company,
    "an um": an_um,
    "another greeting": another_greeting,
    "a synonym": a_synonym,
    "thanks at the end": thanks_at_the_end,
    "marks and capitals lost": no_marks,
}
"""What should not change a score. The last changes every sentence; the others one word or name."""


def plain_voice(seconds: float) -> Prosody:
    """A voice of which every check of the signal thinks well, whatever was said."""
    return Prosody(
        f0_median_hz=150.0, f0_p10_hz=120.0, f0_p90_hz=190.0, f0_range_st=8.0, final_fall_st=2.0, voiced_share=0.6,
        level_mean_dbfs=-24.0, level_sd_db=6.0, spectral_tilt_db=-12.0, hnr_db=12.0, snr_db=30.0, clipped_share=0.0,
        lead_silence_s=0.3, tail_silence_s=0.5, speech_s=seconds, pauses=(), syllables=round(4.5 * seconds),
        articulation_rate_syl_s=4.5, contour=Contour((), (), ()),
        ends=(PhraseEnd(seconds - 0.2, seconds + 0.3, 2.0, 0.5),),
    )  # fmt: skip


def score_texts(texts: Sequence[str], part: Model, approach: Model, reason: Model, rubric: Rubric) -> list[Score]:
    """Score written texts as if a plain voice had said them, with made-up times."""
    transcripts = [transcript_from_text(text) for text in texts]
    named = [find_entities(transcript) for transcript in transcripts]
    made = [split_clauses(transcript, who) for transcript, who in zip(transcripts, named, strict=True)]
    built = [
        dataclasses.replace(found, reason=hear_reason(clauses, reason))
        for found, clauses in zip(label_many(made, transcripts, part, approach), made, strict=True)
    ]
    return [scoring.score(_analysis(*one), rubric) for one in zip(transcripts, named, built, strict=True)]


def _analysis(transcript: Transcript, who: Entities, built: Structure) -> Analysis:
    seconds = transcript.words[-1].end_s if transcript.words else 0.0
    voice, long_s = plain_voice(seconds), seconds + 0.8
    row = feature_row(duration_s=long_s, transcript=transcript, prosody=voice, entities=who, structure=built, tone=None)
    return Analysis(
        recording_id="text", source="text", file_name="text", duration_s=long_s, message=Message("text"),
        transcript=transcript, prosody=voice, entities=who, structure=built, tone=None, features=row, score=None, flags=(),
        provenance=Provenance("", "", "text", {}, (), None, None, "", {}),
    )  # fmt: skip


def shifts(
    messages: Sequence[LabelledMessage],
    part: Model,
    approach: Model,
    reason: Model,
    rubric: Rubric,
    changes: Mapping[str, Change] = CHANGES,
    seed: int = 0,
) -> list[Shift]:
    """Score every message before and after every change that applies to it.

    Args:
        messages: labelled, as said. part, approach, reason: models. rubric: to score by. seed: draws names and places.
    """
    rng = np.random.default_rng(seed)
    jobs = []
    for i, message in enumerate(messages):
        for name, change in changes.items():
            changed = change(message, rng)
            if changed is not None and changed.text != message.text:
                jobs.append((i, name, changed.text))
    before = score_texts([message.text for message in messages], part, approach, reason, rubric)
    after = score_texts([text for _, _, text in jobs], part, approach, reason, rubric)
    out = []
    for (i, name, _), score in zip(jobs, after, strict=True):
        pairs = zip(before[i].checks, score.checks, strict=True)
        moved = tuple(old.id for old, new in pairs if old.verdict != new.verdict)
        out.append(Shift(messages[i].id, name, before[i].points, score.points, moved))
    return out
