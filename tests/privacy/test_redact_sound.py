"""Names and numbers are covered in the sound, to the sample, and nothing else is changed."""

import dataclasses
import io
import wave

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests.makers import analysis, transcript
from vmaudio.audio.decode import NativeAudio, decode_native
from vmaudio.privacy.options import RedactOptions
from vmaudio.privacy.redact_sound import cover_with_tone, join, spans_to_cover
from vmaudio.privacy.redact_unheard import SoundOfFile, sound_of_file
from vmaudio.records import Entities, Message, Segment, Span
from vmaudio.testing import encode, recording, speech_like, tone


def test_every_name_and_number_is_covered():
    """Caller, callee, company and both sayings of the number lie inside the covered spans, other words outside."""
    made = analysis(duration_s=20.0)
    covered = spans_to_cover(made)
    inside = {
        word.text for word in made.transcript.words if any(s.start_s <= word.start_s and word.end_s <= s.end_s for s in covered)
    }
    assert {"Dana,", "Tom", "Becker", "303-555-0126."} <= inside
    middle = next(word for word in made.transcript.words if word.text == "lease")
    assert not any(s.start_s < middle.end_s and s.end_s > middle.start_s for s in covered)


def test_the_greeting_is_covered_where_nobody_knows_the_listeners_name():
    """A name that was misheard as everyday words is audible all the same; with the manifest's name heard, nothing is lost."""
    said = transcript("hi how then we talked last week about the lease on the shop and that was all of it")
    none = dataclasses.replace(analysis().structure, parts=())
    spans = [
        spans_to_cover(analysis(Message("a.wav", prospect_name=name), transcript=said, entities=Entities(), structure=none))
        for name in (None, "How")
    ]
    assert spans[0][0].start_s <= said.words[0].start_s
    assert spans[0][0].end_s >= said.words[0].start_s + RedactOptions().greeting_s
    assert all(span.start_s > said.words[2].end_s for span in spans[1])


def test_a_word_without_a_time_takes_its_segment():
    """It fails closed: a name whose time is not known covers the whole segment."""
    script = transcript()
    (segment,) = script.segments
    words = tuple(dataclasses.replace(word, interpolated=word.text == "Tom") for word in segment.words)
    made = analysis(
        transcript=dataclasses.replace(script, segments=(dataclasses.replace(segment, words=words),)), duration_s=20.0
    )
    (span,) = spans_to_cover(made)
    assert span.start_s <= segment.words[0].start_s
    assert span.end_s >= segment.words[-1].end_s


def test_text_without_words_is_covered():
    """A segment with text and no words is covered as a whole."""
    script = dataclasses.replace(transcript("call Tom"), segments=(Segment(1.0, 5.0, "call Tom", (), -0.2, 0.0, 1.0),))
    made = analysis(transcript=script, duration_s=20.0, structure=analysis().structure)
    assert spans_to_cover(made)[0].start_s <= 1.0
    assert max(span.end_s for span in spans_to_cover(made)) >= 5.0


@given(st.lists(st.tuples(st.floats(-5, 30), st.floats(-5, 30)), max_size=8))
def test_joined_spans_are_in_order_and_apart(pairs):
    """Joined spans lie inside the recording, in order, and do not touch."""
    joined = join([Span(a, b) for a, b in pairs], 20.0)
    edges = [edge for span in joined for edge in (span.start_s, span.end_s)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= 20 for edge in edges)
    for a, b in pairs:
        middle = (max(a, 0) + min(b, 20)) / 2
        if min(b, 20) > max(a, 0):
            assert any(span.start_s <= middle <= span.end_s for span in joined)


@pytest.mark.parametrize("rate", [8000, 44100])
def test_the_sound_under_a_span_is_gone(rate):
    """Under the span the old sound is gone; outside it every sample is as it was; the length stays."""
    native = decode_native(encode(tone(1000, 3.0, -12, rate), "wav", rate), name="t.wav")
    data = cover_with_tone(native, [Span(1.0, 2.0)])
    with wave.open(io.BytesIO(data)) as stream:
        assert stream.getframerate() == rate
        out = np.frombuffer(stream.readframes(stream.getnframes()), "<i2") / 32768
    assert abs(len(out) - 3 * rate) <= rate * 0.002
    old = native.samples[0]
    np.testing.assert_allclose(out[: int(0.99 * rate)], old[: int(0.99 * rate)], atol=2 / 32768)
    spectrum = np.abs(np.fft.rfft(out[int(1.1 * rate) : int(1.9 * rate)] * np.hanning(int(0.8 * rate))))
    peak_hz = np.argmax(spectrum) * rate / int(0.8 * rate)
    assert peak_hz == pytest.approx(RedactOptions().tone_hz, abs=3)
    at_1000 = spectrum[round(1000 * int(0.8 * rate) / rate)]
    assert 20 * np.log10(at_1000 / spectrum.max()) < -60


def test_a_wider_margin_covers_more():
    """The margin is added on both sides of a name."""
    narrow, wide = (spans_to_cover(analysis(duration_s=20.0), options=RedactOptions(margin_s=m)) for m in (0.0, 0.2))
    assert wide[0].start_s == pytest.approx(narrow[0].start_s - 0.2)
    assert sum(s.end_s - s.start_s for s in wide) > sum(s.end_s - s.start_s for s in narrow)


def test_the_tone_is_as_set():
    """Pitch and level of the tone follow the options."""
    native = decode_native(encode(tone(1000, 2.0, -12, 8000), "wav", 8000), name="t.wav")
    data = cover_with_tone(native, [Span(0.5, 1.5)], options=RedactOptions(tone_hz=300, tone_dbfs=-20.0, fade_ms=5))
    with wave.open(io.BytesIO(data)) as stream:
        out = np.frombuffer(stream.readframes(stream.getnframes()), "<i2")[5000:11000] / 32768
    assert np.argmax(np.abs(np.fft.rfft(out))) * 8000 / len(out) == pytest.approx(300, abs=3)
    assert 20 * np.log10(np.abs(out).max()) == pytest.approx(-20, abs=0.2)


def sound(*speech: tuple[float, float], duration_s: float = 20.0, heard_s: float = 20.0) -> SoundOfFile:
    return SoundOfFile(duration_s, heard_s, tuple(Span(a, b) for a, b in speech), ())


def covers(found, start_s, end_s):
    return any(span.start_s <= start_s and end_s <= span.end_s for span in found)


def test_speech_without_words_is_covered():
    """Speech that no word accounts for is covered; speech under words is not."""
    made = analysis(duration_s=20.0)
    first, last = made.transcript.words[0].start_s, made.transcript.words[-1].end_s
    found = spans_to_cover(made, sound=sound((first, last), (14.0, 18.0)))
    assert covers(found, 14.0, 18.0)
    middle = next(word for word in made.transcript.words if word.text == "lease")
    assert not any(s.start_s < middle.end_s and s.end_s > middle.start_s for s in found)


def test_a_word_accounts_for_no_more_than_its_length():
    """A short word with a time of six seconds hides what the recogniser left out; an unsure word accounts for nothing."""
    script = transcript("we do call")
    (segment,) = script.segments
    longer = tuple(dataclasses.replace(w, end_s=9.0) if w.text == "call" else w for w in segment.words)
    unsure = tuple(dataclasses.replace(w, probability=0.05) if w.text == "call" else w for w in segment.words)
    for words, gone in ((longer, (4.0, 8.0)), (unsure, (segment.words[2].start_s + 0.1, segment.words[2].end_s))):
        script_ = dataclasses.replace(script, segments=(dataclasses.replace(segment, words=words),))
        made = analysis(
            Message("a.wav"), transcript=script_, entities=Entities(), duration_s=20.0,
            structure=dataclasses.replace(analysis().structure, parts=()),
        )  # fmt: skip
        assert covers(spans_to_cover(made, sound=sound((0.5, gone[1]))), *gone)


def test_what_lies_behind_the_analysed_sound_is_covered():
    """Beyond the limit of seconds everything is covered, speech or not."""
    found = spans_to_cover(analysis(duration_s=12.0), sound=sound(heard_s=12.0, duration_s=30.0))
    assert covers(found, 12.0, 30.0)


def test_a_number_is_covered_to_the_edge_of_its_sound():
    """A digit that was said just after the number's last word is covered with it."""
    made = analysis(duration_s=20.0)
    without = spans_to_cover(made)
    edge = without[-1].end_s + 0.35
    with_it = spans_to_cover(made, sound=sound((0.5, edge)))
    assert not covers(without, edge - 0.05, edge)
    assert covers(with_it, edge - 0.05, edge)


def test_speech_on_a_channel_that_was_not_heard_is_covered():
    """The other party of a call speaks on a channel of its own: that is covered although the rep's words lie beside it."""
    rep = speech_like((5, 7, 4), pause_s=0.3, level_dbfs=-25, f0_hz=140, seed=3)
    other = np.zeros_like(rep.samples)
    voice = speech_like((6,), pause_s=0.3, level_dbfs=-25, f0_hz=220, seed=8).samples
    other[: len(voice)] = voice
    native = NativeAudio("0", np.stack([rep.samples, other]), 16000, "pcm_s16le", "s16")
    found = sound_of_file(native, recording(rep.samples)).not_heard
    heard_s = len(voice) / 16000
    assert any(span.start_s < heard_s / 2 < span.end_s for span in found)
    assert not [span for span in found if span.start_s > heard_s + 0.5]
    both = NativeAudio("0", np.stack([rep.samples, 0.5 * rep.samples]), 16000, "pcm_s16le", "s16")
    assert sound_of_file(both, recording(rep.samples)).not_heard == ()


def test_long_speech_without_words_is_covered_with_a_guard():
    """A sentence of which no words were made out goes on a little longer than the detection of speech says."""
    made = analysis(duration_s=20.0)
    found = spans_to_cover(made, sound=sound((14.0, 18.0)))
    assert covers(found, 13.5, 18.5)
    found = spans_to_cover(made, sound=sound((14.0, 14.5)))
    assert covers(found, 14.0, 14.5)
    assert not covers(found, 13.5, 15.0)
