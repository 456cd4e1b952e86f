"""From audio features to tokens: the whole batch greedily, one token at a time; sampled again where greed went wrong.

The rules are openai-whisper's (``whisper/decoding.py``) with its time tokens: the same tokens are suppressed, nothing
of earlier text is given as context, and a text that is too repetitive or too improbable is decoded again at a higher
temperature. What differs: the last choice is made in float32 (`_choose`), as bfloat16 logits tie at the top; a window may not
have more tokens than a person can say in its time, and is stopped where it goes round in circles (`circling`), which else costs
hundreds of steps to no end; and the temperatures are tried side by side, which takes the steps of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from vmaudio.transcribe.segments import Decoded
from vmaudio.transcribe.whisper.limits import better, circling, compression_ratio, suspicious, token_limit

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.kv_cache import Audio
    from vmaudio.transcribe.whisper.network import WhisperNetwork

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # whisper.transcribe's defaults, as are the two thresholds
TIMESTAMPS = True
TIME_S = 0.02  # one time token to the next
FIRST_TIME = 50  # the first text begins within a second (whisper's max_initial_timestamp)
ROWS = 16  # decoded side by side where several temperatures are tried
_CANDIDATES = 8
_COMPACT_AT = 0.75  # take finished rows out when no more than this share is still going


class Decoder:
    """Decodes batches of windows with one network and language.

    Args:
        net: the network.
        tokenizer_for: language code -> openai-whisper's tokenizer.
        language: a code, or "auto" to let the model tell for each window.
        timestamps: let the model write its time tokens; they are left out of the result.
        rows: most windows decoded side by side where several temperatures are tried.
    """

    def __init__(
        self,
        net: WhisperNetwork,
        tokenizer_for: Callable[[str], Any],
        language: str,
        timestamps: bool = TIMESTAMPS,
        rows: int = ROWS,
    ) -> None:
        self.net, self.tokenizer_for, self.language, self.timestamps = net, tokenizer_for, language, timestamps
        self.rows = rows
        tokenizer = tokenizer_for("en")
        banned = [
            *tokenizer.non_speech_tokens, tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev,
            tokenizer.sot_lm, tokenizer.no_speech, tokenizer.no_timestamps,
        ]  # fmt: skip
        self.ban = torch.zeros(net.dims["n_vocab"], device=net.device)
        self.ban[banned] = -math.inf
        self.first_time = tokenizer.timestamp_begin
        if not timestamps:
            self.ban[self.first_time :] = -math.inf
        self.ban[list(tokenizer.all_language_tokens)] = -math.inf
        self.ban_first = self.ban.clone()
        self.ban_first[[*tokenizer.encode(" "), tokenizer.eot]] = -math.inf
        self.times = torch.arange(net.dims["n_vocab"] - self.first_time, device=net.device)[None]
        self.eot = tokenizer.eot
        self.sot = tokenizer.sot

    def languages(self, audio: Audio) -> list[str]:
        """The language of each window by the model's language tokens (all rows the set one, unless that is "auto")."""
        if self.language != "auto" or not self.net.multilingual:
            return [self.language if self.net.multilingual else "en"] * len(audio.lengths)
        tokenizer = self.tokenizer_for("en")
        state = self.net.start(audio, 1)
        hidden, _ = self.net.forward(torch.full((len(audio.lengths), 1), self.sot, device=self.net.device), state)
        logits = self.net.logits(hidden[:, 0])[:, list(tokenizer.all_language_tokens)]
        return [tokenizer.all_language_codes[i] for i in logits.argmax(dim=-1).tolist()]

    def decode(
        self,
        audio: Audio,
        seconds: Sequence[float],
        languages: Sequence[str],
        prompts: Sequence[Sequence[int]],
    ) -> list[Decoded]:
        """Decode windows; those that come out suspicious again at rising temperatures, until they do not.

        Args:
            audio: from `Net.listen`, one row per window.
            seconds: how much sound each window holds, without the margin.
            languages: a code per window.
            prompts: hint tokens per window, each maybe empty.
        """
        results = self._run(audio, seconds, languages, prompts, [0.0] * len(seconds))
        left = list(TEMPERATURES[1:])
        while left and (again := [i for i, result in enumerate(results) if suspicious(result)]):
            together = max(1, self.rows // len(again))
            now, left = left[:together], left[together:]
            rows = [i for _ in now for i in again]
            retried = self._run(
                audio.rows(rows),
                [seconds[i] for i in rows],
                [languages[i] for i in rows],
                [prompts[i] for i in rows],
                [temperature for temperature in now for _ in again],
            )
            for i, result in zip(rows, retried, strict=True):  # in the order of temperatures: the first sound one stays
                if suspicious(results[i]) and better(result, results[i]):
                    results[i] = result
        return results

    def start_tokens(self, language: str, prompt: Sequence[int]) -> list[int]:
        """What the decoder is given before the text: the hint, then start, language, task and maybe "no timestamps"."""
        tokenizer = self.tokenizer_for(language)
        before = [tokenizer.sot_prev, *prompt] if prompt else []
        begin = tokenizer.sot_sequence if self.timestamps else tokenizer.sot_sequence_including_notimestamps
        return [*before, *begin]

    def _run(
        self,
        audio: Audio,
        seconds: Sequence[float],
        languages: Sequence[str],
        prompts: Sequence[Sequence[int]],
        temperatures: Sequence[float],
    ) -> list[Decoded]:
        """Decode once; temperatures are all 0 (the best token each time) or all above (drawn)."""
        net, rows = self.net, len(audio.lengths)
        starts = [self.start_tokens(language, prompt) for language, prompt in zip(languages, prompts, strict=True)]
        longest = max(map(len, starts))
        left = [longest - len(start) for start in starts]
        most = net.dims["n_text_ctx"] // 2
        limits = [token_limit(s, most) for s in seconds]
        state = net.start(audio, longest + max(limits) + 1, left)
        begin = torch.tensor([[self.eot] * pad + start for pad, start in zip(left, starts, strict=True)], device=net.device)
        hidden, _ = net.forward(begin, state)
        sot_at = torch.tensor([pad + start.index(self.sot) for pad, start in zip(left, starts, strict=True)])
        at_sot = net.logits(hidden[torch.arange(rows), sot_at]).softmax(dim=-1)
        no_speech = at_sot[:, self.tokenizer_for("en").no_speech].tolist()

        said = [
            _Row(limit, math.ceil(second / TIME_S), temperature)
            for limit, second, temperature in zip(limits, seconds, temperatures, strict=True)
        ]
        alive = list(said)  # which row of the batch each row of the state is
        hidden, ban = hidden[:, -1], self.ban_first
        while True:
            picked, logprobs = self._choose(hidden, ban, alive)
            ban = self.ban
            for row, token, logprob in zip(alive, picked.tolist(), logprobs.tolist(), strict=True):
                row.take(token, logprob, self.eot)
            going = [i for i, row in enumerate(alive) if not row.done]
            if not going:
                break
            if len(going) <= _COMPACT_AT * len(alive):
                state.keep(going)
                picked = picked[torch.tensor(going, device=net.device)]
                alive = [alive[i] for i in going]
            hidden = net.forward(picked[:, None], state)[0][:, -1]
        results = []
        for row, language, doubt in zip(said, languages, no_speech, strict=True):
            text = [(token, logprob) for token, logprob in zip(row.tokens, row.logprobs, strict=False) if token < self.eot]
            text = text[: len(text) - row.repeats]  # once is enough: spread over the window the rest would look like speech
            tokens = tuple(token for token, _ in text)
            ratio = compression_ratio(self.tokenizer_for(language).decode(tokens).strip())
            average = sum(row.logprobs) / (len(row.tokens) + 1)
            sure = tuple(logprob for _, logprob in text)
            results.append(Decoded(tokens, sure, language, average, doubt, ratio, row.temperature, row.cut))
        return results

    def _choose(self, hidden: Tensor, ban: Tensor, rows: Sequence[_Row]) -> tuple[Tensor, Tensor]:
        """Pick the next token of every row; return ids and their log probabilities, both (rows,)."""
        logits = self.net.logits(hidden) + ban
        if self.timestamps:
            self._time_rules(logits, rows)
        norm = logits.logsumexp(dim=-1)
        if rows[0].temperature:
            noise = torch.stack([torch.rand(logits.shape[-1], generator=row.draws) for row in rows]).to(logits.device)
            gumbel = -torch.log(-torch.log(noise.clamp(1e-9, 1 - 1e-7)))
            heat = torch.tensor([row.temperature for row in rows], device=logits.device)[:, None]
            ids = (logits / heat + gumbel).argmax(dim=-1)
            return ids, logits.gather(1, ids[:, None])[:, 0] - norm
        if self.net.dtype == torch.float32:
            best, ids = logits.max(dim=-1)
            return ids, best - norm
        # bfloat16 keeps 8 bits: logits near 20 are 0.125 apart. Score the few best candidates once more in float32.
        rough, ids = logits.topk(_CANDIDATES, dim=-1)
        exact = (self.net.embedding[ids] * hidden[:, None]).sum(dim=-1)
        best, place = exact.masked_fill(rough == -math.inf, -math.inf).max(dim=-1)
        return ids.gather(1, place[:, None])[:, 0], (best - norm).clamp(max=0.0)

    def _time_rules(self, logits: Tensor, rows: Sequence[_Row]) -> None:
        """openai-whisper's rules for time tokens (``ApplyTimestampRules``), for all rows at once and in place.

        Times come in pairs, never run back, begin within the first second, and end with the sound; and where all times
        together are more likely than any text token, a time it is.
        """
        text, times = logits[:, : self.first_time], logits[:, self.first_time :]
        facts = [row.times_allowed(self.first_time) for row in rows]
        low = torch.tensor([fact[0] for fact in facts], device=logits.device)[:, None]
        high = torch.tensor([fact[1] for fact in facts], device=logits.device)[:, None]
        times.masked_fill_((self.times < low) | (self.times > high), -math.inf)
        closed = torch.tensor([fact[2] for fact in facts], device=logits.device)
        text[:, : self.eot].masked_fill_(closed[:, None], -math.inf)
        first = torch.tensor([not row.tokens for row in rows], device=logits.device)
        force = first | (times.logsumexp(dim=-1) > text.amax(dim=-1))
        text.masked_fill_(force[:, None], -math.inf)


class _Row:
    """What one row has written so far, and how it draws: by its temperature, from its own seeded generator."""

    __slots__ = ("cut", "done", "draws", "last_time", "limit", "logprobs", "repeats", "temperature", "text", "tokens")

    def __init__(self, limit: int, last_time: int, temperature: float = 0.0) -> None:
        self.temperature = temperature
        self.draws = torch.Generator().manual_seed(round(1000 * temperature))
        self.text: list[int] = []  # the tokens without the times
        self.repeats = 0  # how many of them went round in circles
        self.tokens: list[int] = []
        self.logprobs: list[float] = []
        self.limit, self.last_time = limit, last_time
        self.done = self.cut = False

    def take(self, token: int, logprob: float, eot: int) -> None:
        if self.done:
            return
        self.logprobs.append(logprob)
        if token == eot:
            self.done = True
            return
        self.tokens.append(token)
        if token < eot:
            self.text.append(token)
            self.repeats = circling(self.text)
        if len(self.tokens) >= self.limit or self.repeats:
            self.done = self.cut = True

    def times_allowed(self, first_time: int) -> tuple[int, int, bool]:
        """(lowest, highest time token, counted from 0.00; whether text may not follow). None allowed: lowest > highest."""
        if not self.tokens:
            return 0, min(FIRST_TIME, self.last_time), False
        last = self.tokens[-1] >= first_time
        before = len(self.tokens) < 2 or self.tokens[-2] >= first_time
        if last and before:
            return 1, 0, False
        latest = next((token for token in reversed(self.tokens) if token >= first_time), first_time - 1) - first_time
        return (latest if last else latest + 1), self.last_time, last
