"""What one row of a batch has written so far, and what it may write next."""

from __future__ import annotations

import torch

from vmaudio.transcribe.options import DEFAULT, DecodingOptions
from vmaudio.transcribe.whisper.limits import repeated_tokens

TIME_S = 0.02  # one time token to the next


class Row:
    """What one row has written so far, and how it draws: by its temperature, from its own seeded generator.

    Args:
        limit: most tokens.
        last_time: number of the last time token that may be written, counted from 0.00.
        temperature: 0 for the most probable token each time.
        options: when a text only repeats itself, and when its first time is late.
    """

    __slots__ = (
        "cut", "done", "draws", "last_time", "limit", "logprobs", "options", "others", "repeats", "temperature", "text",
        "tokens",
    )  # fmt: skip

    def __init__(
        self, limit: int, last_time: int, temperature: float = 0.0, options: DecodingOptions = DEFAULT.decoding
    ) -> None:
        self.options = options
        self.temperature = temperature
        self.draws = torch.Generator().manual_seed(round(1000 * temperature))
        self.text: list[int] = []  # the tokens without the times
        self.repeats = 0  # how many of the last ones only repeat a phrase
        self.tokens: list[int] = []
        self.logprobs: list[float] = []
        self.others: list[tuple[int, float]] = []  # at each place the next best token, as far as that was asked
        self.limit, self.last_time = limit, last_time
        self.done = self.cut = False

    def take(self, token: int, logprob: float, eot: int, *other: tuple[int, float]) -> None:
        """Add a token; the row is done at the end of text, at its limit, or where it only repeats itself.

        Args:
            token: its id.
            logprob: its natural log probability.
            eot: the token that ends a text.
            other: the next best token with its log probability, or nothing.
        """
        if self.done:
            return
        self.logprobs.append(logprob)
        self.others += other
        if token == eot:
            self.done = True
            return
        self.tokens.append(token)
        if token < eot:
            self.text.append(token)
            self.repeats = repeated_tokens(self.text, self.options)
        if len(self.tokens) >= self.limit or self.repeats:
            self.done = self.cut = True

    def branch(self, at: int, token: int, logprob: float, eot: int) -> Row:
        """A row with the first ``at`` tokens of this one, and another token then.

        Args:
            at: how many tokens stay.
            token: the next one.
            logprob: its natural log probability.
            eot: the token that ends a text.
        """
        row = Row(self.limit, self.last_time, self.temperature, self.options)
        row.tokens, row.logprobs = self.tokens[:at], self.logprobs[:at]
        row.text = [one for one in row.tokens if one < eot]
        row.take(token, logprob, eot)
        return row

    def replace(self, begin: int, end: int, other: Row, eot: int) -> None:
        """Put what another row wrote from ``begin`` on in the place of the tokens from ``begin`` to before ``end``.

        Args:
            begin: number of tokens before the place.
            end: number of tokens before what stays; one more than there are tokens where the end of the text is replaced too.
            other: the row, equal to this one up to ``begin``.
            eot: the token that ends a text.
        """
        self.tokens[begin:end] = other.tokens[begin:]
        self.logprobs[begin:end] = other.logprobs[begin:]
        self.text = [one for one in self.tokens if one < eot]

    def times_allowed(self, first_time: int) -> tuple[int, int, bool]:
        """Which time tokens may come next.

        Args:
            first_time: the token of 0.00.

        Returns:
            The lowest and the highest, counted from 0.00, and whether text may not follow. None is allowed where the lowest is
            above the highest.
        """
        if not self.tokens:
            return 0, min(round(self.options.first_time_max_s / TIME_S), self.last_time), False
        last = self.tokens[-1] >= first_time
        before = len(self.tokens) < 2 or self.tokens[-2] >= first_time
        if last and before:
            return 1, 0, False
        latest = next((token for token in reversed(self.tokens) if token >= first_time), first_time - 1) - first_time
        return (latest if last else latest + 1), self.last_time, last
