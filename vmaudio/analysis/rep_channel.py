"""In which channel the rep speaks, by the names of the manifest, where tones and turns do not tell.

"This is Tom Becker" on one channel and "Hi Tom" on the other: with the rep's name in the manifest the first is the rep's. Both
channels are transcribed, in memory; of the other one nothing is kept.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

from vmaudio.analysis.message_spans import LEAST_CHANNEL, Hear
from vmaudio.analysis.options import Options
from vmaudio.analysis.prepare import Sound, laid_out
from vmaudio.audio import other_party, speech_of
from vmaudio.records import Mention, Message, Transcript
from vmaudio.text import find_entities, match_name

_ALIKE = 0.75  # `match_name`: the same but for one recognition error
_INTRODUCED, _SAID = 2, 1  # what a name weighs where its place says whose it is, and where it is only said
_SURE = 0.9


def on_the_reps_channel(asked: Sequence[tuple[Sound, Message]], hear: Hear, options: Options) -> list[Sound]:
    """Take the channel on which the rep is named, of calls whose channel is in doubt.

    Args:
        asked: sounds as `vmaudio.analysis.prepare` makes them, each with its message.
        hear: transcribes.
        options: thresholds.

    Returns:
        The sounds in the same order. Where the names decide, the channel is sure; elsewhere the sound stays as it was.
    """
    done = [sound for sound, _ in asked]
    doubtful = [i for i, (sound, message) in enumerate(asked) if _in_doubt(sound) and (message.rep or message.prospect_name)]
    if not doubtful:
        return done
    pairs = [(done[i], laid_out(other_party(done[i].whole, options.decode), dict(done[i].seconds), options)) for i in doubtful]
    jobs = [(i, _all_of(one, options)) for i, pair in zip(doubtful, pairs, strict=True) for one in pair]
    heard = hear(jobs)
    for i, pair, texts in zip(doubtful, pairs, zip(heard[::2], heard[1::2], strict=True), strict=True):
        one, two = texts
        if isinstance(one, Exception) or isinstance(two, Exception):
            continue
        lead = named_lead(one, two, asked[i][1], options)
        chosen = done[i] if lead > 0 else pair[1]
        if lead and chosen.layout.chosen >= 0:
            whole = dataclasses.replace(chosen.whole, channel_sure=_SURE, channel_why="the names in the manifest say so")
            done[i] = dataclasses.replace(chosen, whole=whole)
    return done


def named_lead(one: Transcript, two: Transcript, message: Message, options: Options) -> int:
    """How much more speaks for the first of two channels being the rep's than for the second, by names.

    Args:
        one: what is said on the first.
        two: on the second.
        message: gives the names of rep and prospect, as far as they are known.
        options: thresholds of finding names.

    Returns:
        Above 0 for the first, below 0 for the second, 0 where the names do not tell.
    """
    return _of_channel(one, two, message, options) - _of_channel(two, one, message, options)


def _of_channel(said: Transcript, elsewhere: Transcript, message: Message, options: Options) -> int:
    """What speaks for a channel being the rep's."""
    found = find_entities(said, local_numbers=options.local_numbers, region=options.region, options=options.entities)
    rep, prospect = message.rep or "", message.prospect_name or ""
    points = _INTRODUCED * (_is(found.caller, rep) + _is(found.callee, prospect))
    points -= _INTRODUCED * (_is(found.caller, prospect) + _is(found.callee, rep))
    if points:
        return points
    return _SAID * sum(_names(said, name) and not _names(elsewhere, name) for name in (rep, prospect) if name)


def _is(mention: Mention | None, name: str) -> bool:
    return mention is not None and match_name(mention.text, name) >= _ALIKE


def _names(said: Transcript, name: str) -> bool:
    """Whether a name, or its first or last word, is said."""
    words = [word.text for word in said.words]
    runs = [words, [f"{a} {b}" for a, b in itertools.pairwise(words)]]
    parts = [name, *(part for part in name.split() if len(part) > 3)]
    return any(len(run.strip(".,!?")) > 2 and match_name(run, part) >= 0.9 for both in runs for run in both for part in parts)


def _in_doubt(sound: Sound) -> bool:
    return bool(sound.whole.channel) and sound.whole.channel_sure < LEAST_CHANNEL and sound.whole.other_samples is not None


def _all_of(sound: Sound, options: Options) -> Sound:
    """All that is said on a channel."""
    return dataclasses.replace(sound, recording=sound.whole, activity=speech_of(sound.whole, options.vad))
