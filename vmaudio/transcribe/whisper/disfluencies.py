"""Um and uh put back where the sound has them: one teacher-forced pass over what was heard.

Whisper learned from texts that leave hesitations out, so it seldom writes one; but at the place of an um it gives " um" a
chance that it gives nowhere else. Here the decoder reads the words that were heard, behind a prompt full of ums, and at every
word border says how much less likely an um is than what was written. Where that is little, the um is put in. No other word can
change, unlike in a second, prompted decode.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from vmaudio.text import FILLERS
from vmaudio.transcribe.segments import Decoded
from vmaudio.transcribe.verbatim import PROMPT

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.kv_cache import Audio
    from vmaudio.transcribe.whisper.network import WhisperNetwork

LEAST = -2.5
"""Nats by which an um may be less likely than what was written: best F1 on the tuning part (base: 28 of 33 ums found and 3 put
in that were not said; tiny.en: 27 and 3). ``python -m benchmarks.fit_fillers`` prints the table."""

SOUNDS = {" um": (" um", " Um", " hmm"), " uh": (" uh", " Uh", " ah", " er")}
"""What is put in, and the words that count for it: those of them that are one token of the model."""

OFTEN = 4
"""At most one um is put in for so many words: where the text does not fit the sound, an um scores everywhere."""


@dataclass(frozen=True, slots=True)
class Border:
    """A place before the token ``at`` where a word ends: how many nats ``filler`` lies above what was written there."""

    at: int
    score: float
    filler: str


def score_word_borders(
    net: WhisperNetwork, tokenizer: Any, audio: Audio, tokens: Sequence[Sequence[int]]
) -> list[list[Border]]:
    """Score every word border of a batch of windows.

    Args:
        net: the network.
        tokenizer: openai-whisper's, of English.
        audio: from `Net.listen`, one row per window.
        tokens: text tokens of each window, none empty.

    Returns:
        For each window its borders: before every word and before the end, but not beside a filler.
    """
    sounds = sound_tokens(tokenizer)
    head = [tokenizer.sot_prev, *tokenizer.encode(" " + PROMPT), *tokenizer.sot_sequence_including_notimestamps]
    texts = [[*head, *row, tokenizer.eot] for row in tokens]
    longest = max(map(len, texts))
    batch = torch.tensor([text + [tokenizer.eot] * (longest - len(text)) for text in texts], device=net.device)
    hidden, _ = net.forward(batch, net.start(audio, longest))
    found = []
    for place, row in enumerate(tokens):
        logits = net.logits(hidden[place, len(head) - 1 : len(head) + len(row)]).float()
        chances = torch.stack([logits[:, ids].logsumexp(dim=-1) for ids in sounds.values()])
        written = logits.gather(1, torch.tensor([*row, tokenizer.eot], device=net.device)[:, None])[:, 0]
        scores, best = (chances.logsumexp(dim=0) - written).tolist(), chances.argmax(dim=0).tolist()
        names = list(sounds)
        found.append([Border(at, scores[at], names[best[at]]) for at in _places(tokenizer, row)])
    return found


def sound_tokens(tokenizer: Any) -> dict[str, list[int]]:
    """The tokens that count for each filler; a word of several tokens begins as other words do, and is left out."""
    return {name: [ids[0] for word in words if len(ids := tokenizer.encode(word)) == 1] for name, words in SOUNDS.items()}


def insert_disfluencies(tokenizer: Any, decoded: Decoded, scored: Sequence[Border], least: float = LEAST) -> Decoded:
    """The text with an um or uh at every border that has one; the same object where none has.

    A filler's probability is 0.5 at ``least`` and rises with its score.
    """
    most = -(-len(scored) // OFTEN)
    above = sorted((border for border in scored if border.score > least), key=lambda border: -border.score)[:most]
    chosen = {border.at: border for border in above}
    if not chosen:
        return decoded
    tokens: list[int] = []
    logprobs: list[float] = []
    for at in range(len(decoded.tokens) + 1):
        if border := chosen.get(at):
            new_sentence = not tokens or tokenizer.decode(tokens).rstrip().endswith((".", "?", "!"))
            text = f" {border.filler.strip().capitalize()}" if new_sentence else border.filler
            added = tokenizer.encode(text + ("," if at < len(decoded.tokens) else "."))
            tokens += added
            logprobs += [-math.log1p(math.exp(least - border.score))] * len(added)
        if at < len(decoded.tokens):
            tokens.append(decoded.tokens[at])
            logprobs.append(decoded.logprobs[at])
    return replace(decoded, tokens=tuple(tokens), logprobs=tuple(logprobs))


def _places(tokenizer: Any, tokens: Sequence[int]) -> list[int]:
    """Numbers of the tokens that begin a word, and the end; without those beside a filler that was written down.

    A text that begins without a space begins inside a word, as far as can be told.
    """
    pieces = [tokenizer.decode([token]) for token in tokens]
    starts = [at for at, piece in enumerate(pieces) if at == 0 or piece.startswith(" ")]
    words = ["".join(pieces[a:b]) for a, b in zip(starts, [*starts[1:], len(pieces)], strict=True)]
    fillers = [bool(FILLERS.fullmatch("".join(filter(str.isalnum, word)).lower())) for word in words]
    beside = [a or b for a, b in zip([*fillers, False], [False, *fillers], strict=True)]
    inside = bool(pieces) and not pieces[0].startswith(" ")
    return [at for at, near in zip([*starts, len(pieces)], beside, strict=True) if not near and (at or not inside)]
