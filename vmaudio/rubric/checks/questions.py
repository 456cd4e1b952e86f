"""How a check function says which question it answers, and what a rubric may give it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from vmaudio.rubric.checks.case import CheckFunction
from vmaudio.rubric.criterion import Question, Value


def asks(
    text: str,
    *,
    options: Mapping[str, Value] | None = None,
    optional: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
    choices: Mapping[str, tuple[str, ...]] | None = None,
    needs_words: bool = True,
    whole_message: bool = False,
    any_language: bool = False,
) -> Callable[[CheckFunction], CheckFunction]:
    """Decorator: gives a check function the `Question` that it answers. The arguments are the fields of `Question`.

    Args:
        text: the question in plain English.
        options: each option that the rubric may give, with an example value.
        optional: names of options that may be left out.
        one_of: names of optional options of which at least one must be given.
        choices: for options that are lists of words: the words allowed.
        needs_words: whether the answer rests on the transcript.
        whole_message: whether it is about all of the message.
        any_language: whether it rests on the parts alone, and on no English words.

    Returns:
        A decorator that returns the function itself, with the question as its attribute ``question``. The question's name is
        the function's; for a check of another package the name of the entry point takes its place.
    """

    def mark(function: CheckFunction) -> CheckFunction:
        vars(function)["question"] = Question(
            function.__name__, text, options or {}, optional, one_of, choices or {}, needs_words, whole_message, any_language
        )
        return function

    return mark


def question_of(function: CheckFunction, name: str) -> Question:
    """The question that a function answers.

    Args:
        function: a check; one without `asks` is a question without options, asked in the first line of its docstring.
        name: what a rubric writes after ``test =``.
    """
    marked = getattr(function, "question", None)
    if not isinstance(marked, Question):
        first_line = (function.__doc__ or "").strip().partition("\n")[0]
        return Question(name, first_line or name)
    return dataclasses.replace(marked, name=name)
