"""Disfluencies: um and uh put in where the sound has them, by one teacher-forced pass over the text.

Whisper learned from texts that leave hesitations out, so it seldom writes one; but at the place of an um it gives " um" a
probability that it gives nowhere else. Here the decoder reads the text after a prompt full of ums, and at every word border
gives how much less likely an um is than what was written. Where that is little, the um is put in. No other word can change,
unlike in a second decode with a prompt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from vmaudio.text import FILLERS
from vmaudio.transcribe.options import DEFAULT, DisfluencyOptions
from vmaudio.transcribe.verbatim import PROMPT
from vmaudio.transcribe.words import Decoded

if TYPE_CHECKING:
    from vmaudio.transcribe.whisper.kv_cache import Audio
    from vmaudio.transcribe.whisper.network import WhisperNetwork

SOUNDS = {" um": (" um", " Um", " hmm"), " uh": (" uh", " Uh", " ah", " er")}
"""What is put in, and the words that count for it: those of them that are one token of the model."""


@dataclass(frozen=True, slots=True)
class Border:
    """A place in a text where an um or uh could stand.

    Attributes:
        at: number of the token before which it could stand; the number of tokens for the end.
        score: log probability of a filler less that of what was written there, in nats.
        filler: " um" or " uh", the more probable.
    """

    at: int
    score: float
    filler: str


def score_word_borders(
    net: WhisperNetwork, tokenizer: Any, audio: Audio, tokens: Sequence[Sequence[int]]
) -> list[list[Border]]:
    """How probable a filler is at every word border of a batch of windows.

    Args:
        net: the network.
        tokenizer: openai-whisper's, of English.
        audio: from `WhisperNetwork.listen`, one row per window.
        tokens: text tokens of each window, none empty.

    Returns:
        For each window its borders, in order: before every word and at the end, but not beside a filler.
    """
    sounds = sound_tokens(tokenizer)
    head = [tokenizer.sot_prev, *tokenizer.encode(" " + PROMPT), *tokenizer.sot_sequence_including_notimestamps]
    texts = [[*head, *row, tokenizer.eot] for row in tokens]
    longest = max(map(len, texts))
    batch = torch.tensor([text + [tokenizer.eot] * (longest - len(text)) for text in texts], device=net.device)
    hidden, _ = net.forward(batch, net.start(audio, longest), lengths=list(map(len, texts)))
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
    """The tokens that count for each filler of `SOUNDS`.

    A word of several tokens is left out, as its first token begins other words too.

    Args:
        tokenizer: openai-whisper's, of English.

    Returns:
        Filler to ids.
    """
    return {name: [ids[0] for word in words if len(ids := tokenizer.encode(word)) == 1] for name, words in SOUNDS.items()}


def insert_disfluencies(
    tokenizer: Any, decoded: Decoded, scored: Sequence[Border], options: DisfluencyOptions = DEFAULT.disfluencies
) -> Decoded:
    """The text with an um or uh at the borders that score for one.

    Args:
        tokenizer: openai-whisper's, of English.
        decoded: of one window.
        scored: its borders, from `score_word_borders`.
        options: the least score, and how many fillers at most.

    Returns:
        The text with fillers, each with a comma (a full stop at the end); its probability is 0.5 at the least score and rises
        with the score. The same object where no border scores.
    """
    least, most = options.score_min, -(-len(scored) // options.words_per_filler)
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

    A text that begins without a space is taken to begin inside a word.
    """
    pieces = [tokenizer.decode([token]) for token in tokens]
    starts = [at for at, piece in enumerate(pieces) if at == 0 or piece.startswith(" ")]
    words = ["".join(pieces[a:b]) for a, b in zip(starts, [*starts[1:], len(pieces)], strict=True)]
    fillers = [bool(FILLERS.fullmatch("".join(filter(str.isalnum, word)).lower())) for word in words]
    beside = [a or b for a, b in zip([*fillers, False], [False, *fillers], strict=True)]
    inside = bool(pieces) and not pieces[0].startswith(" ")
    return [at for at, near in zip([*starts, len(pieces)], beside, strict=True) if not near and (at or not inside)]
