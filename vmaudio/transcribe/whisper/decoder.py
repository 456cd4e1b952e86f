"""From audio features to tokens: a whole batch greedily, one token at a time; suspicious texts are sampled again.

The rules are openai-whisper's (``whisper/decoding.py``) with its time tokens: the same tokens are suppressed, nothing
of earlier text is given as context, and a text that is too repetitive or too improbable is decoded again at a higher
temperature. What differs: the last choice is made in float32 (`Decoder.choose`), as the highest bfloat16 logits are often
equal; where a word was in doubt, the next best is tried (`branches`); a window may not have more tokens than a person can say
in its time, and is stopped where it only repeats a phrase (`limits.repeated_tokens`), which would otherwise cost hundreds of
steps; and several temperatures are tried side by side, which takes no more steps than one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from vmaudio.transcribe.options import DEFAULT, DecodingOptions
from vmaudio.transcribe.whisper.branches import try_branches
from vmaudio.transcribe.whisper.limits import better, compression_ratio, suspicious, token_limit
from vmaudio.transcribe.whisper.rows import TIME_S, Row
from vmaudio.transcribe.words import Decoded

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.kv_cache import Audio
    from vmaudio.transcribe.whisper.network import WhisperNetwork

ROWS = 16  # decoded side by side where several temperatures are tried: for speed only
_COMPACT_AT = 0.75  # finished rows are taken out when no more than this share is unfinished: for speed only


class Decoder:
    """Decodes batches of windows with one network and language.

    Args:
        net: the network.
        tokenizer_for: gives openai-whisper's tokenizer of a language code.
        language: two-letter code, or "auto" to let the model find it for each window.
        rows: most windows decoded side by side where several temperatures are tried.
        options: temperatures, thresholds and limits.
    """

    def __init__(
        self,
        net: WhisperNetwork,
        tokenizer_for: Callable[[str], Any],
        language: str,
        rows: int = ROWS,
        options: DecodingOptions = DEFAULT.decoding,
    ) -> None:
        self.net, self.tokenizer_for, self.language = net, tokenizer_for, language
        self.rows, self.options = rows, options
        tokenizer = tokenizer_for("en")
        banned = [
            *tokenizer.non_speech_tokens, tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev,
            tokenizer.sot_lm, tokenizer.no_speech, tokenizer.no_timestamps,
        ]  # fmt: skip
        self.ban = torch.zeros(net.dims["n_vocab"], device=net.device)
        self.ban[banned] = -math.inf
        self.first_time = tokenizer.timestamp_begin
        if not options.timestamps:
            self.ban[self.first_time :] = -math.inf
        self.ban[list(tokenizer.all_language_tokens)] = -math.inf
        self.ban_first = self.ban.clone()
        self.ban_first[[*tokenizer.encode(" "), tokenizer.eot]] = -math.inf
        self.times = torch.arange(net.dims["n_vocab"] - self.first_time, device=net.device)[None]
        self.eot = tokenizer.eot
        self._bares: dict[int, str] = {}
        self.sot = tokenizer.sot

    def language_chances(self, audio: Audio) -> list[dict[str, float]]:
        """How probable each language is: what the model expects after the start token, at the cost of one more token.

        Args:
            audio: from `WhisperNetwork.listen`, one row per window.

        Returns:
            For each window two-letter code to probability, 1 together; empty for a model that knows English only.
        """
        if not self.net.multilingual:
            return [{} for _ in audio.lengths]
        tokenizer = self.tokenizer_for("en")
        state = self.net.start(audio, 1)
        hidden, _ = self.net.forward(torch.full((len(audio.lengths), 1), self.sot, device=self.net.device), state)
        logits = self.net.logits(hidden[:, 0])[:, list(tokenizer.all_language_tokens)]
        codes = tokenizer.all_language_codes
        return [dict(zip(codes, row, strict=True)) for row in logits.softmax(dim=-1).tolist()]

    def languages(self, chances: Sequence[Mapping[str, float]]) -> list[str]:
        """The language of each window: the one that is set, or with "auto" the most probable.

        Args:
            chances: of each window, from `language_chances`.

        Returns:
            A two-letter code per window.
        """
        if not self.net.multilingual:
            return ["en"] * len(chances)
        return [max(one, key=lambda code: one[code]) if self.language == "auto" else self.language for one in chances]

    def decode(
        self,
        audio: Audio,
        seconds: Sequence[float],
        languages: Sequence[str],
        prompts: Sequence[Sequence[int]],
    ) -> list[Decoded]:
        """Decode windows at the first temperature, and suspicious ones again at the next, until they are not suspicious.

        Args:
            audio: from `WhisperNetwork.listen`, one row per window.
            seconds: of sound in each window, without the margin.
            languages: a code per window.
            prompts: tokens of the hint per window; empty for none.

        Returns:
            The text of each window; the best one where all temperatures gave suspicious ones.
        """
        first, *left = self.options.temperatures
        results = self._run(audio, seconds, languages, prompts, [first] * len(seconds), branches=True)
        while left and (again := [i for i, result in enumerate(results) if suspicious(result, self.options)]):
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
            for i, result in zip(rows, retried, strict=True):  # in the order of temperatures: the first good one stays
                if suspicious(results[i], self.options) and better(result, results[i], self.options):
                    results[i] = result
        return results

    def greedy(self, audio: Audio, seconds: Sequence[float], languages: Sequence[str]) -> list[Decoded]:
        """The most probable tokens of each window, once, suspicious or not.

        Args:
            audio: from `WhisperNetwork.listen`, one row per window.
            seconds: of sound in each window, without the margin.
            languages: a code per window.
        """
        return self._run(audio, seconds, languages, [()] * len(seconds), [0.0] * len(seconds))

    def start_tokens(self, language: str, prompt: Sequence[int]) -> list[int]:
        """The tokens before the text: the hint, then start, language, task and, without time tokens, "no timestamps".

        Args:
            language: two-letter code.
            prompt: tokens of the hint; empty for none.
        """
        tokenizer = self.tokenizer_for(language)
        before = [tokenizer.sot_prev, *prompt] if prompt else []
        begin = tokenizer.sot_sequence if self.options.timestamps else tokenizer.sot_sequence_including_notimestamps
        return [*before, *begin]

    def _run(
        self,
        audio: Audio,
        seconds: Sequence[float],
        languages: Sequence[str],
        prompts: Sequence[Sequence[int]],
        temperatures: Sequence[float],
        branches: bool = False,
    ) -> list[Decoded]:
        """Decode once; the temperatures are all 0 (the most probable token each time) or all above 0 (drawn).

        With ``branches`` the places where the most probable token was in doubt are tried again, see `branches`; not in windows
        in which the model doubts that there is speech: a hallucination should not become more probable.
        """
        net, rows = self.net, len(audio.lengths)
        starts = [self.start_tokens(language, prompt) for language, prompt in zip(languages, prompts, strict=True)]
        before = [len(start) for start in starts]
        longest = max(before)
        most = net.dims["n_text_ctx"] // 2
        limits = [token_limit(s, most, self.options) for s in seconds]
        state = net.start(audio, longest + max(limits) + 1)
        begin = torch.tensor([start + [self.eot] * (longest - len(start)) for start in starts], device=net.device)
        hidden, _ = net.forward(begin, state, lengths=before)
        sot_at = torch.tensor([start.index(self.sot) for start in starts])
        at_sot = net.logits(hidden[torch.arange(rows), sot_at]).softmax(dim=-1)
        no_speech = at_sot[:, self.tokenizer_for("en").no_speech].tolist()

        said = [
            Row(limit, math.ceil(second / TIME_S), temperature, self.options)
            for limit, second, temperature in zip(limits, seconds, temperatures, strict=True)
        ]
        alive = list(said)  # which row of the batch each row of the state is
        whole = replace(state)  # rows that are taken out of the state below stay in this one
        hidden, ban = hidden[torch.arange(rows), torch.tensor(before) - 1], self.ban_first
        while True:
            picked, logprobs, *second = self.choose(hidden, ban, alive)
            ban = self.ban
            others = zip(*(each.tolist() for each in second), strict=True)
            for row, token, logprob, other in zip(alive, picked.tolist(), logprobs.tolist(), others, strict=True):
                row.take(token, logprob, self.eot, other)
            going = [i for i, row in enumerate(alive) if not row.done]
            if not going:
                break
            if len(going) <= _COMPACT_AT * len(alive):
                state.keep(going)
                picked = picked[torch.tensor(going, device=net.device)]
                alive = [alive[i] for i in going]
            hidden = net.forward(picked[:, None], state)[0][:, -1]
        if branches and not temperatures[0]:
            spoken = [i for i, doubt in enumerate(no_speech) if doubt <= self.options.no_speech_prob_max]
            try_branches(self, whole, before, {i: said[i] for i in spoken}, self._bare)
        results = []
        for row, language, doubt in zip(said, languages, no_speech, strict=True):
            text = [(token, logprob) for token, logprob in zip(row.tokens, row.logprobs, strict=False) if token < self.eot]
            text = text[
                : len(text) - row.repeats
            ]  # the phrase once: its repeats would be spread over the window and look like speech
            tokens = tuple(token for token, _ in text)
            ratio = compression_ratio(self.tokenizer_for(language).decode(tokens).strip())
            average = sum(row.logprobs) / (len(row.tokens) + 1)
            sure = tuple(logprob for _, logprob in text)
            results.append(Decoded(tokens, sure, language, average, doubt, ratio, row.temperature, row.cut))
        return results

    def choose(self, hidden: Tensor, ban: Tensor, rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The next token of every row: the most probable, or drawn where the rows' temperature is above 0.

        Args:
            hidden: states after the last norm, (rows, width).
            ban: added to the logits, (n_vocab,).
            rows: what each has written.

        Returns:
            Ids and log probabilities, and those of the most probable other tokens (of the same ones, where tokens are drawn);
            all (rows,).
        """
        logits = self.net.logits(hidden) + ban
        if self.options.timestamps:
            self._time_rules(logits, rows)
        chances = logits.log_softmax(dim=-1)  # row by row; logsumexp of one row is shared out to the threads
        if rows[0].temperature:
            noise = torch.stack([torch.rand(logits.shape[-1], generator=row.draws) for row in rows]).to(logits.device)
            gumbel = -torch.log(-torch.log(noise.clamp(1e-9, 1 - 1e-7)))
            heat = torch.tensor([row.temperature for row in rows], device=logits.device)[:, None]
            ids = (logits / heat + gumbel).argmax(dim=-1)
            logprobs = chances.gather(1, ids[:, None])[:, 0]
            return ids, logprobs, ids, logprobs
        if self.net.dtype == torch.float32:
            best, two = chances.topk(2, dim=-1)
            return two[:, 0], best[:, 0], two[:, 1], best[:, 1]
        # bfloat16 keeps 8 bits: logits near 20 are 0.125 apart. Score the few best candidates once more in float32.
        rough, ids = logits.topk(self.options.candidates, dim=-1)
        exact = (self.net.embed(ids) * hidden[:, None]).sum(dim=-1)
        best, places = exact.masked_fill(rough == -math.inf, -math.inf).topk(2, dim=-1)
        two = ids.gather(1, places)
        norm = logits.gather(1, two[:, :1]) - chances.gather(1, two[:, :1])
        best = (best - norm).clamp(max=0.0)
        return two[:, 0], best[:, 0], two[:, 1], best[:, 1]

    def _bare(self, token: int) -> str:
        """A token's letters and digits in lower case, behind a space where a word begins; "" for punctuation and times."""
        if token >= self.eot:
            return ""
        if token not in self._bares:
            text = self.tokenizer_for("en").decode([token])
            core = re.sub(r"\W", "", text.lower())
            self._bares[token] = f" {core}" if core and text.startswith(" ") else core
        return self._bares[token]

    def _time_rules(self, logits: Tensor, rows: Sequence[Row]) -> None:
        """openai-whisper's rules for time tokens (``ApplyTimestampRules``), on logits (rows, vocabulary) in place.

        Times come in pairs, never run back, begin within the first second, and end with the sound; and where all times
        together are more probable than any text token, a time token is chosen.
        """
        text, times = logits[:, : self.first_time], logits[:, self.first_time :]
        facts = [row.times_allowed(self.first_time) for row in rows]
        low = torch.tensor([fact[0] for fact in facts], device=logits.device)[:, None]
        high = torch.tensor([fact[1] for fact in facts], device=logits.device)[:, None]
        times.masked_fill_((self.times < low) | (self.times > high), -math.inf)
        closed = torch.tensor([fact[2] for fact in facts], device=logits.device)
        text[:, : self.eot][closed] = -math.inf  # rows alone: a mask over all of them takes longer than all else here
        first = torch.tensor([not row.tokens for row in rows], device=logits.device)
        force = first | (times.logsumexp(dim=-1) > text.amax(dim=-1))
        text[force] = -math.inf
