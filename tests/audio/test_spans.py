"""What of a file is the message, on signals of known truth."""

import numpy as np
import pytest

from vmaudio.audio import DecodeOptions, decode_audio, lay_out, message_only, speech_of, voices_apart, without_spans
from vmaudio.audio.tone_kinds import is_voice, lines_of, name_tones
from vmaudio.records import FileSpan, Span
from vmaudio.testing import busy_tone, encode, noise, recording, ring_back, silence, speech_like, tone

GREETING = speech_like((6, 7, 5), f0_hz=215.0, seed=3, level_dbfs=-22.0).samples
MESSAGE = speech_like((5, 8, 6, 7), f0_hz=110.0, seed=4, level_dbfs=-24.0).samples
LEAD_S = 0.5  # of silence in both


def line(*pieces: np.ndarray) -> np.ndarray:
    """The pieces end to end over the noise of a line."""
    sound = np.concatenate(pieces)
    return sound + noise(len(sound) / 16000 + 0.01, -62.0, "pink")[: len(sound)]


def chosen(samples: np.ndarray):
    """The layout of a sound, and the block that is the message."""
    sound = recording(samples)
    layout = lay_out(sound, speech_of(sound))
    return layout, layout.blocks[layout.chosen]


@pytest.mark.parametrize(
    "beep",
    [tone(1000, 0.65, -20), tone(1400, 0.4, -26), tone(440, 0.5, -18), tone(850, 0.3, -22), tone((697, 1209), 0.4, -20)],
    ids=["1000", "1400", "440", "850", "two lines"],
)
def test_the_message_begins_after_the_record_tone(beep):
    """Ring, greeting, tone, message: each is found, and the message's first voice to 0.1 s."""
    before = [ring_back(8.0)[:35000], silence(1.0), GREETING, silence(0.4), beep]
    layout, message = chosen(line(*before, MESSAGE))
    truth_s = sum(map(len, before)) / 16000 + LEAD_S
    assert abs(message.start_s - truth_s) < 0.1
    assert [one.kind for one in layout.tones][-1] == "record_tone"
    assert layout.tones[0].kind == "ring"
    assert abs(layout.tones[-1].span.end_s - (truth_s - LEAD_S)) < 0.06
    assert len(layout.blocks) == 2


def test_a_menu_in_the_voice_of_the_greeting_is_not_the_message():
    """Greeting, tone, message, tone, menu: the message lies between the two stretches of one voice."""
    beep = tone(1000, 0.4, -20)
    first = [GREETING, silence(0.3), beep]
    menu = speech_like((7, 6), f0_hz=215.0, seed=9, level_dbfs=-22.0).samples
    layout, message = chosen(line(*first, MESSAGE, silence(0.3), beep, menu))
    assert layout.why == "between two stretches of one other voice"
    assert abs(message.start_s - sum(map(len, first)) / 16000 - LEAD_S) < 0.1


def test_the_tones_of_a_call_that_has_ended():
    """A busy tone after the message is no record tone, and no message follows it."""
    layout, message = chosen(line(MESSAGE, silence(0.5), busy_tone(3.2)))
    assert {one.kind for one in layout.tones} == {"hang_up"}
    assert message.start_s < 0.7
    assert len(layout.blocks) == 1


def test_a_voice_alone_is_all_message():
    """Nothing is cut from a plain message."""
    layout, message = chosen(line(MESSAGE))
    assert layout.why == "the only speech"
    assert message.speech == speech_of(recording(line(MESSAGE))).speech
    assert layout.tones == ()


def test_silence_has_no_message():
    """Without speech there is no block to choose."""
    sound = recording(line(silence(3.0)))
    assert lay_out(sound, speech_of(sound)).chosen == -1


def test_lines_of_a_tone():
    """The lines of a tone are named to 3 Hz, also of two together."""
    assert lines_of(tone((440, 480), 1.0), Span(0.0, 1.0)) == pytest.approx((440, 480), abs=3)
    assert lines_of(tone(1000, 0.3), Span(0.0, 0.3)) == pytest.approx((1000,), abs=3)
    assert name_tones(tone(1000, 0.3), [Span(0.0, 0.3)], [])[0].kind == "record_tone"


def test_a_busy_line_after_nothing_was_said_is_no_row_of_record_tones():
    """Its tones come again and again; a ring of the same length rests longer."""
    busy = [Span(0.5, 1.0), Span(1.5, 2.0), Span(2.5, 3.0)]
    sound = np.concatenate([silence(0.5), *[tone((480, 620), 0.5), silence(0.5)] * 3])
    assert {named.kind for named in name_tones(sound, busy, [])} == {"hang_up"}
    apart = [Span(0.5, 1.0), Span(3.0, 3.5)]
    sound = np.concatenate([silence(0.5), tone((480, 620), 0.5), silence(2.0), tone((480, 620), 0.5)])
    assert {named.kind for named in name_tones(sound, apart, [])} == {"record_tone"}


def test_a_held_vowel_is_no_record_tone():
    """Harmonics of a voice that touch speech, and what lies in the middle of it, part nothing; a tone apart does."""
    vowel = tone((184, 368, 552, 736), 0.4, -20)
    speech = [Span(0.0, 1.0), Span(2.0, 3.0)]
    sound = np.concatenate([silence(1.0), vowel, silence(2.0)])
    assert name_tones(sound, [Span(1.0, 1.4)], speech) == ()
    assert name_tones(sound, [Span(1.0, 2.0)], speech) == ()
    assert name_tones(np.concatenate([silence(1.3), tone(1000, 0.4)]), [Span(1.3, 1.7)], speech)[0].kind == "record_tone"


def test_voices_are_told_apart_and_one_voice_is_one():
    """The log-odds are above 0 for two voices, below 0 for one, NaN for too little."""
    sound = recording(line(GREETING, silence(0.5), MESSAGE))
    border = (len(GREETING) + 4000) / 16000
    speech = speech_of(sound).speech
    one = tuple(span for span in speech if span.end_s < border)
    two = tuple(span for span in speech if span.start_s > border)
    assert voices_apart(sound, one, two) > 1
    assert voices_apart(sound, two[:2], two[2:]) < 0
    assert np.isnan(voices_apart(sound, (Span(0.0, 0.1),), two))


def test_only_the_message_is_left():
    """The rest of the file becomes silence; the speech inside keeps its times and its own noise."""
    sound = recording(line(GREETING, silence(0.3), tone(1000, 0.5, -15), MESSAGE))
    layout, message = chosen(sound.samples)
    window = Span(layout.tones[0].span.end_s, sound.duration_s)
    cut, active = message_only(sound, speech_of(sound), window)
    assert not cut.samples[: round(window.start_s * 16000)].any()
    assert cut.duration_s == sound.duration_s
    assert abs(active.speech[0].start_s - message.start_s) < 0.03
    assert active.window == window
    alone = speech_of(recording(line(MESSAGE)))
    assert abs(active.snr_db - alone.snr_db) < 1.5
    kept, _ = message_only(sound, speech_of(sound), window, mute=False)
    assert kept is sound


def test_copies_are_silent_where_others_speak():
    """A copy for a player holds the message and the tones, and no greeting."""
    sound = recording(line(GREETING, MESSAGE))
    spans = [FileSpan("greeting", 0.5, 3.0, 0.9, ""), FileSpan("message", 5.0, 9.0, 0.9, "")]
    copy = without_spans(sound, spans)
    assert not copy.samples[8000:48000].any()
    assert (copy.samples[60000:] == sound.samples[60000:]).all()
    assert without_spans(sound, spans[1:]) is sound


def call(swap: bool = False, echo: float = 0.0) -> tuple[bytes, float]:
    """A call with one party a channel, and where the rep's message begins: ring, greeting and tone on the other side."""
    before = np.concatenate([ring_back(2.5), silence(0.5), GREETING, silence(0.3), tone(1000, 0.5, -18)])
    other = np.concatenate([before, silence(len(MESSAGE) / 16000)])
    rep = np.concatenate([silence(len(before) / 16000), MESSAGE])
    rep, other = rep + echo * other, other + echo * rep
    pair = [line(other), line(rep)] if swap else [line(rep), line(other)]
    return encode(np.stack(pair), "wav"), len(before) / 16000 + LEAD_S


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("echo", [0.0, 0.03])
def test_the_reps_channel_is_taken_and_nothing_mixed(swap, echo):
    """The rep is on the channel without the line's tones; the other party's speech is known and not in the sound."""
    data, start_s = call(swap, echo)
    sound = decode_audio(data, name="call.wav")
    assert sound.channel == 1 + swap
    assert "tone" in sound.channel_why
    assert sound.others[0].start_s > 2.5
    assert sound.others[-1].end_s < start_s
    layout = lay_out(sound, speech_of(sound))
    assert abs(layout.blocks[layout.chosen].start_s - start_s) < 0.1
    assert [block.other for block in layout.blocks] == [True, False]
    assert float(np.sqrt(np.mean(sound.samples[: round((start_s - 1) * 16000)] ** 2))) < 0.01


def test_the_manifests_channel_wins():
    """Who says which channel is the rep's gets that one, whatever is heard."""
    data, _ = call()
    assert decode_audio(data, name="call.wav", channel="right").channel == 2
    assert decode_audio(data, name="call.wav", channel="2").channel_sure == 1.0
    assert decode_audio(data, name="call.wav", channel="left").channel == 1


def test_one_voice_in_stereo_is_mixed_as_before():
    """Two microphones before one voice are no two parties, at whatever levels."""
    voice = line(MESSAGE)
    for pair in ([voice, voice], [voice, 0.3 * voice], [voice, line(silence(len(MESSAGE) / 16000))]):
        sound = decode_audio(encode(np.stack(pair), "wav"), name="stereo.wav")
        assert sound.channel == 0
        assert sound.others == ()


def test_both_at_once_is_told():
    """Where both parties speak for long enough at the same time, the stretch is named."""
    other = np.concatenate([GREETING, silence(1.0), GREETING])
    rep = np.concatenate([silence(2.5), MESSAGE])
    n = min(len(other), len(rep))
    data = encode(np.stack([line(rep[:n]), line(other[:n])]), "wav")
    sound = decode_audio(data, name="talk.wav", channel="left", options=DecodeOptions(overlap_s=0.2))
    assert sound.overlaps
    assert all(span.duration_s > 0.2 for span in sound.overlaps)


@pytest.mark.parametrize(
    ("lines", "gap_s", "voice"),
    [
        ((185.0, 371.0, 554.0), 0.06, True),
        ((185.0, 371.0, 554.0), 0.3, False),
        ((187.0,), 0.04, True),
        ((440.0,), 0.06, False),
        ((697.0, 1209.0), 0.06, False),
        ((), 0.06, False),
    ],
)
def test_a_held_vowel_is_no_tone(lines, gap_s, voice):
    """Beside speech the harmonics of a voice, or its pitch alone, are a vowel; a tone of the line is none, nor is one apart."""
    tone_at = Span(3.0, 3.4)
    speech = [Span(0.5, 3.0 - gap_s), Span(5.0, 8.0)]
    assert is_voice(tone_at, lines, speech) is voice
    assert is_voice(Span(3.0, 3.4), (1000.0,), [Span(0.5, 2.97), Span(3.43, 8.0)])


def test_lines_at_the_edge_are_none():
    """The slope of a pitch below what is looked at is no line of its own."""
    found = lines_of(tone((120.0, 440.0), 1.0, -20.0), Span(0.0, 1.0))
    assert found == pytest.approx((440.0,), abs=2)
