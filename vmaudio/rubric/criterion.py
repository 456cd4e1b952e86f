"""What a rubric asks: a kind of question, and a criterion, which is one question with its values, weight and tip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = float | str | tuple[str, ...]
"""What a rubric file may give an option: a number, a text, or a list of words."""


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question that a rubric may ask with ``test = "name"``.

    Attributes:
        name: what a rubric writes after ``test =``.
        asks: the question in plain English, for `vmaudio doctor --rubric-tests` and the documentation.
        options: each option that the rubric may give, with an example value. The example's type is the option's: a float is
            any number, a text is a text (for an option called "feature": a number of the feature catalogue), a tuple a list of
            words.
        optional: names of options that may be left out; all others must be given.
        one_of: names of optional options of which at least one must be given.
        choices: for options that are lists of words: the words allowed.
        needs_words: whether the answer rests on the transcript. Where the words cannot be trusted such a question is n/a.
        whole_message: the answer is about all of the message, and the seconds of its ruling are only an example; its
            confidence is that of all words, not of those at that place.
        any_language: it rests on the parts alone, so that it can be answered in any language that the part model reads. Every
            other question that needs words knows English ones.
    """

    name: str
    asks: str
    options: Mapping[str, Value] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs_words: bool = True
    whole_message: bool = False
    any_language: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One check of a rubric.

    Attributes:
        id: its name in the rubric, unique there.
        title: its heading for people.
        test: the name of the question it asks.
        weight: 0 or more; what it counts for among the points.
        tip: what to do about a fail.
        options: the values that the rubric gives the question.
        source: where the advice comes from.
        disputed: whether sources disagree about it.
        na_for: approaches that it does not apply to.
    """

    id: str
    title: str
    test: str
    weight: float
    tip: str
    options: Mapping[str, Value]
    source: str = ""
    disputed: bool = False
    na_for: tuple[str, ...] = ()

    def number(self, name: str) -> float | None:
        """An option that is a number.

        Args:
            name: of the option.

        Returns:
            Its value; None where the rubric does not give it or it is no number.
        """
        value = self.options.get(name)
        return value if isinstance(value, float) else None

    def words(self, name: str) -> tuple[str, ...]:
        """An option that is a list of words.

        Args:
            name: of the option.

        Returns:
            Its words; empty where the rubric does not give it.
        """
        value = self.options.get(name, ())
        return value if isinstance(value, tuple) else ()
