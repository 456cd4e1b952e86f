"""Who, to whom, from where, and how to call back."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records.base import Record, Span


@dataclass(frozen=True, slots=True)
class Mention(Record):
    """Words that name something. ``probability`` is the lowest of the words' recognition probabilities.

    ``heard`` are the words as they were recognised, where ``text`` is the manifest's spelling of a name that sounds like them;
    None where ``text`` is what was recognised.
    """

    text: str
    start_s: float
    end_s: float
    probability: float
    heard: str | None = None

    @property
    def as_heard(self) -> str:
        """The words as they were recognised: what stands in the transcript."""
        return self.text if self.heard is None else self.heard


@dataclass(frozen=True, slots=True)
class DigitTime(Record):
    """When one digit was said. ``interpolated``: figures were timed together ("555"), and this is the digit's equal share."""

    digit: str
    start_s: float
    end_s: float
    interpolated: bool


@dataclass(frozen=True, slots=True)
class Phone(Record):
    """A telephone number as spoken.

    ``digits`` without extension (a leading country 1 allowed); ``spans`` one per saying; ``agreement`` the share of digits
    on which the sayings agree (1.0 for one saying); ``confidence`` 0 to 1; ``digits_per_s`` of the slowest saying;
    ``complete`` for 10 digits (11 with a leading 1), and for 7 where local numbers are allowed, when no digit is in doubt:
    heard alike each time, or as the very number that the manifest's caller_id gives.
    ``digit_times`` are those of the first saying in full, as it was heard first: where a second pass corrected the number,
    their digits may differ from ``digits``. ``heard_again`` holds the digits of a second pass over the same sound: "" where
    that heard no such number, None where there was no second pass. ``probability`` is how probable it is that all digits are
    right, 0 to 1, from both passes and the comparison of neighbouring numbers; None where there was no second pass, for
    what is no whole number, and for numbers of other countries than the United States and Canada. ``to_call`` is false where
    the words around say that it is not the one to call back: the listener's own, a fax, an old one.
    """

    digits: str
    extension: str | None
    e164: str | None
    spans: tuple[Span, ...]
    times_said: int
    agreement: float
    confidence: float
    digits_per_s: float
    complete: bool
    digit_times: tuple[DigitTime, ...] = ()
    heard_again: str | None = None
    probability: float | None = None
    to_call: bool = True


SURE_NUMBER = 0.7
"""Of two numbers heard with this confidence the first said is the one to call ("my office at ..., or my cell ...")."""


@dataclass(frozen=True, slots=True)
class Entities(Record):
    """Who, to whom, from where, and how to call back, as heard.

    Args:
        caller: who speaks; None where no name was heard.
        callee: who is spoken to.
        company: the caller's company.
        phones: telephone numbers, in the order first said.
        emails: e-mail addresses.
        times: times and days, such as "Thursday at three".
    """

    caller: Mention | None = None
    callee: Mention | None = None
    company: Mention | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Mention, ...] = ()
    times: tuple[Mention, ...] = ()

    @property
    def number_to_call(self) -> Phone | None:
        """The number to call back: the one number that checks, features and reports speak of where several were heard.

        Returns:
            One to call back (`Phone.to_call`) before one that is not, whichever is complete; then a complete number, then the
            one with more digits, then the surer (`Phone.confidence`), then the one said first; from `SURE_NUMBER` on one is as
            sure as another. None where no number was heard.
        """
        return max(
            self.phones,
            key=lambda phone: (phone.to_call, phone.complete, len(phone.digits), min(phone.confidence, SURE_NUMBER)),
            default=None,
        )
