"""Thresholds of the finder of names."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

_HAND = "set by hand; the benchmark row names says what comes of it on other messages"
_LABELLED = "labelled messages"


def _score(default: float, meaning: str) -> float:
    value: float = threshold(default, meaning, source=_HAND, tuned_on=_LABELLED)
    return value


@dataclass(frozen=True, slots=True)
class NameOptions:
    """How strongly a phrase says that a name stands beside it, and from which strength on that counts.

    Scores order the candidates of one message, from 4 ("my name is ...") to about 1 (a lone name between marks). Those of
    fixed phrases stand beside the phrases, in `vmaudio.text.entities.phrases`; here are those of other signs.
    """

    sure_person: float = _score(
        2.0, "From this score on a candidate is a person, and no company or other person is looked for there."
    )
    known_person: float = _score(1.2, "The same where it begins with a first name.")
    sure_callee: float = _score(2.2, "From this score on a lone name right after the person addressed is the caller's.")
    spoken_company: float = _score(1.0, "In text without capitals, phrases above this score name a company of any name.")

    callee_line: float = _score(2.0, '"Dana\'s line": the person addressed.')
    callee_greeted: float = _score(3.0, '"Hi Dana": the person addressed.')
    callee_greeted_late: float = _score(2.0, "The same later in the message, or after a name at its start.")
    greeted_words: int = threshold(6, "So many words before the greeting make it late.", source=_HAND, tuned_on=_LABELLED)
    callee_first: float = _score(2.5, 'A name and a mark at the start ("Dana, it\'s Tom"), where it is a known first name.')
    callee_first_unknown: float = _score(2.2, "The same with a stop and one word that is no known first name.")
    callee_first_phrase: float = _score(2.0, 'A known name at the start, followed without a mark by "it\'s", "this", "hi" ...')
    callee_first_lower: float = _score(2.0, "A known name at the start of text without capitals.")
    callee_first_lower_unknown: float = _score(1.5, "Another word there that may be a name.")
    first_name_words: int = threshold(3, "Most words of a name at the start.", source=_HAND, tuned_on=_LABELLED)
    callee_for: float = _score(1.8, '"Tom Hall, Acme, for Dana Ortiz.": the person addressed.')
    callee_last: float = _score(1.5, '"Cheers, Cliff.", "Rohan, ring me": a name between marks.')

    caller_marked: float = _score(0.5, "Added where a mark, or what follows callers, stands after the caller's name.")
    caller_name_after: float = _score(3.5, '"Tom\'s my name".')
    caller_here: float = _score(2.5, '"Tom here", "Tom calling".')
    caller_doing: float = _score(2.0, '"Tom Hall returning your call".')
    caller_again: float = _score(2.0, '"Tom again."')
    caller_company_here: float = _score(2.8, '"Tom from Acme here".')
    caller_company: float = _score(2.2, '"Tom from Acme".')
    caller_spoken_of: float = _score(1.0, '"Tom from Acme said": somebody else, most likely.')
    caller_lower: float = _score(1.2, "A first name right after the person addressed, in text without capitals.")
    lone_base: float = _score(0.9, "A lone name between marks, to which the next are added.")
    lone_first_name: float = _score(0.4, "It is a known first name.")
    lone_after_callee: float = _score(0.3, "The person addressed was named before.")
    lone_longer: float = _score(0.2, "It has two words or more.")
    lone_company: float = _score(0.6, "A company follows.")
    lone_next_to_callee: float = _score(0.5, "The person addressed was named right before.")
    lone_least: float = _score(1.2, "A lone name counts above this, or right after the person addressed.")

    company_this_is: float = _score(1.6, '"This is Acme Cleaning".')
    company_cut_off: float = _score(1.4, '"... from Acme": at the start of a message that was cut off.')
    company_after_caller: float = _score(3.0, '"Tom from Acme".')
    from_words: int = threshold(7, 'Most words between the caller and "from".', source=_HAND, tuned_on=_LABELLED)
    company_beside_trade: float = _score(1.9, '"Tom, Acme Cleaning.": a company by its words.')
    company_beside: float = _score(1.1, '"Tom, Acme."')
    company_beside_comma: float = _score(0.3, "Added where a comma stands between.")
    company_lower: float = _score(1.4, "A company by its words beside the caller, in text without capitals.")
    company_role: float = _score(1.8, '"Tom, I\'m the office manager at Acme".')
    role_phrase_words: int = threshold(
        6, "Most words that say what a caller is in a company.", source=_HAND, tuned_on=_LABELLED
    )
    company_works: float = _score(1.6, '"Tom, I do the bookings at Acme".')
    role_words: int = threshold(10, "Most words between the caller and such a company.", source=_HAND, tuned_on=_LABELLED)
    other_caller: float = _score(0.7, "Taken off for a company beside a candidate that is not the likeliest caller.")
    person_words: int = threshold(4, "Most words of a person's name, particles aside.", source=_HAND, tuned_on=_LABELLED)
    company_words: int = threshold(7, "Most words of a company's name.", source=_HAND, tuned_on=_LABELLED)
    company_words_lower: int = threshold(
        4, "The same in text without capitals, where nothing else shows its end.", source=_HAND, tuned_on=_LABELLED
    )
