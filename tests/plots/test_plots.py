"""Pictures: well-formed whatever goes in, and what they draw stands where the numbers say."""

import dataclasses
import math
import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.makers import analysis, prosody, transcript
from vmaudio.plots.distribution import distribution_picture
from vmaudio.plots.funnel import funnel_picture
from vmaudio.plots.message import message_picture  # fmt: skip
from vmaudio.plots.shapes import Bin, Rate, Spread, Week, percent
from vmaudio.plots.svg import Scale, Svg, el, ticks
from vmaudio.plots.team import approaches_picture, calibration_picture, pace_picture, scores_picture, trend_picture
from vmaudio.plots.theme import DARK, FAMILIES, FAMILY_NAMES, LIGHT, STYLE, VARIABLES, family, standalone
from vmaudio.plots.weeks import rates_trend_picture
from vmaudio.records import PARTS, Contour, Entities, Part, Pause, Phone, Span, Structure, Transcript, Word

NS = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314


def of_class(svg: str, name: str) -> list[ET.Element]:
    return [e for e in parsed(svg).iter() if name in (e.get("class") or "").split()]


def x_of(svg: str, second: float) -> float:
    root = parsed(svg)
    return float(root.get("data-x0", "nan")) + second * float(root.get("data-per-s", "nan"))


def rate(k: int, n: int, name: str = "a") -> Rate:
    return Rate(name, k, n, 0.05, 0.4)


# -- one message -------------------------------------------------------------------------------------------------------


def long_message(seconds: float = 30.0):
    """A message long enough for both limits."""
    return dataclasses.replace(analysis(), duration_s=seconds)


def test_the_lines_at_9_and_20_seconds_stand_at_those_seconds():
    """The two limits are drawn where their seconds are, and only inside the message."""
    svg = message_picture(long_message())
    xs = [float(line.get("x1", "nan")) for line in of_class(svg, "p-limit")]
    assert xs == pytest.approx([x_of(svg, 9), x_of(svg, 20)], abs=0.11)
    assert of_class(message_picture(long_message(8.0)), "p-limit") == []


def test_the_number_is_highlighted_where_it_is_said():
    """Each saying of the number has a box from its start to its end."""
    made = long_message()
    svg = message_picture(made)
    boxes = of_class(svg, "p-box")
    spans = made.entities.phones[0].spans
    assert len(boxes) == len(spans) == 2
    for box, span in zip(boxes, spans, strict=True):
        assert float(box.get("x", "nan")) == pytest.approx(x_of(svg, span.start_s), abs=0.11)
        width = x_of(svg, span.end_s) - x_of(svg, span.start_s)
        assert float(box.get("width", "nan")) == pytest.approx(width, abs=0.11)


def test_parts_are_bands_with_names():
    """Every part has a band of its family's colour that starts with it, and says its name to a pointer."""
    made = long_message()
    svg = message_picture(made)
    for part in made.structure.parts:
        bands = [b for b in of_class(svg, f"f-{family(part.label)}") if b.tag == f"{NS}rect"]
        assert any(float(b.get("x", "nan")) == pytest.approx(x_of(svg, part.start_s), abs=0.11) for b in bands)
    titles = [t.text or "" for t in parsed(svg).iter(f"{NS}title")]
    assert any(title.startswith("reason, ") and "lease" in title for title in titles)


def test_pitch_is_drawn_in_semitones_around_the_median():
    """An octave is twice as far from the middle as half an octave, upwards; the median itself is in the middle."""
    contour = Contour((1.0, 1.05, 1.1), (120.0, 120.0 * 2**0.5, 120.0 * 2**0.25), (-20.0,) * 3)
    svg = message_picture(long_message().__class__(**_fields(long_message(), prosody=prosody(contour=contour))))
    points = of_class(svg, "p-pitch")[0].get("d", "")
    ys = [float(pair.split()[1]) for pair in points.lstrip("M").split("L")]
    middle = ys[0]
    assert ys[1] == pytest.approx(middle, abs=0.11)  # the first stroke repeats its point, so that a lone frame shows
    assert middle - ys[2] == pytest.approx(2 * (middle - ys[3]), abs=0.3)
    assert ys[2] < middle


def _fields(made, **changes):
    return {field.name: getattr(made, field.name) for field in dataclasses.fields(made)} | changes


def test_unvoiced_frames_leave_gaps():
    """A contour with an unvoiced stretch is two strokes, and nothing voiced is said in words."""
    times = tuple(0.05 * i for i in range(20))
    f0 = tuple(math.nan if 8 <= i < 12 else 120.0 for i in range(20))
    made = dataclasses.replace(long_message(), prosody=prosody(contour=Contour(times, f0, (-20.0,) * 20)))
    assert of_class(message_picture(made), "p-pitch")[0].get("d", "").count("M") == 2
    silent = prosody(contour=Contour(times, (math.nan,) * 20, (-60.0,) * 20), f0_median_hz=math.nan)
    assert "no pitch could be measured" in message_picture(dataclasses.replace(made, prosody=silent))


def test_pauses_are_shaded_from_a_quarter_of_a_second():
    """A pause of 0.6 s is shaded where it is and a gap of 0.2 s is not."""
    made = dataclasses.replace(long_message(), prosody=prosody(pauses=(Pause(2.0, 0.6), Pause(5.0, 0.2))))
    svg = message_picture(made)
    shaded = of_class(svg, "p-pause")
    assert [float(p.get("x", "nan")) for p in shaded] == pytest.approx([x_of(svg, 2.0)], abs=0.11)


def test_every_word_is_there_or_counted():
    """Words stand under the time axis; those without room are counted in words."""
    text = " ".join(f"word{i}" for i in range(40))
    made = dataclasses.replace(
        long_message(), transcript=transcript(text), structure=Structure((), (), "other"), entities=Entities()
    )
    spans = [t.text or "" for t in parsed(message_picture(made)).iter(f"{NS}tspan")]
    assert [span.strip() for span in spans] == text.split()
    crowded = " ".join(f"interminable{i}" for i in range(600))
    dense = dataclasses.replace(made, transcript=transcript(crowded, words_per_s=20))
    svg = message_picture(dense)
    drawn = len(list(parsed(svg).iter(f"{NS}tspan")))
    assert f"{600 - drawn} words do not fit here" in svg


def test_strangers_words_stay_words():
    """Markup and control characters in a transcript are text in the picture, and the file stays well-formed."""
    made = dataclasses.replace(
        long_message(),
        transcript=transcript("<script>alert(1)</script> \x00\x0b & \"'> \ud800"),
        structure=Structure((), (), "other"),
    )
    svg = standalone(message_picture(made))
    assert "<script" not in svg
    assert "alert" in "".join(parsed(svg.split("\n", 1)[1]).itertext())


wild = st.floats(allow_nan=True, allow_infinity=True, width=32)
texts = st.text(st.characters(exclude_categories=[]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(texts, wild, wild, st.floats(0, 1)), max_size=12),
    st.lists(st.tuples(st.sampled_from(PARTS), wild, wild, texts), max_size=6),
    st.lists(st.tuples(wild, wild), max_size=3),
    st.lists(st.tuples(st.floats(0, 50), wild, wild), max_size=20),
    st.floats(0, 700),
    wild,
)
def test_any_message_is_drawn_well_formed(words, parts, spans, frames, duration_s, median_hz):
    """Whatever times, texts and pitches a record holds, the picture is well-formed XML of finite numbers."""
    said = tuple(Word(*word) for word in words)
    base = transcript("a")
    segment = dataclasses.replace(base.segments[0], words=said)
    contour = Contour(*(tuple(column) for column in zip(*frames, strict=True))) if frames else Contour((), (), ())
    made = dataclasses.replace(
        long_message(),
        duration_s=duration_s,
        transcript=Transcript("speech", "en", "a", (segment,), "fake"),
        structure=Structure(tuple(Part(label, a, b, text, 0.5) for label, a, b, text in parts), (), "other"),
        entities=Entities(phones=(Phone("1", None, None, tuple(Span(*s) for s in spans), 1, 1.0, 1.0, 1.0, False),)),
        prosody=prosody(contour=contour, f0_median_hz=median_hz),
    )
    svg = message_picture(made)
    assert parsed(svg).tag == f"{NS}svg"
    assert (
        "nan" not in svg.replace("nan", "", 0).split(">", 1)[1].lower()
        or any("nan" in w[0].lower() for w in words)
        or any("nan" in p[3].lower() for p in parts)
    )


# -- teams -------------------------------------------------------------------------------------------------------------


def test_approaches_show_k_n_and_the_interval():
    """Each row says k of n and its interval, the line ends where the interval does, and no outcome is said in words."""
    svg = approaches_picture([rate(3, 20, "pitch"), Rate("offer", 0, 0, 0, 1)], rate(3, 20, "all"))
    said = "".join(parsed(svg).itertext())
    assert "3 of 20" in said
    assert "no outcome known" in said
    (interval,) = of_class(svg, "p-interval")
    low, high = float(interval.get("x1", "nan")), float(interval.get("x2", "nan"))
    point = float(of_class(svg, "p-point")[0].get("cx", "nan"))
    assert (point - low) / (high - low) == pytest.approx((0.15 - 0.05) / (0.4 - 0.05), abs=0.01)


def test_scores_by_rep_have_the_team_behind():
    """Every rep's row shows n and the median; the team's bars stand behind each."""
    one, two = Spread("Ann", (40.0, 62.0, 64.0), math.nan, 62.0, math.nan), Spread("Bob", (90.0,) * 8, 88.0, 90.0, 92.0)
    svg = scores_picture([one, two], Spread("team", (*one.values, *two.values), 60.0, 90.0, 90.0), fair=50, strong=75)
    said = "".join(parsed(svg).itertext())
    assert "median 62" in said
    assert "n = 8" in said
    assert len(of_class(svg, "p-interval")) == 1  # three values carry no interval
    assert len(of_class(svg, "p-behind")) == 2 * 3  # three filled bins of the team, in two rows


def test_weeks_without_an_interval_are_rings():
    """Weeks with too few messages are rings without a line, empty weeks are gaps that say n = 0."""
    weeks = [Week("2 Mar", Spread("", (60.0,) * 9, 55.0, 60.0, 65.0)), Week("9 Mar", Spread("", (), *(math.nan,) * 3)),
             Week("16 Mar", Spread("", (70.0,), math.nan, 70.0, math.nan))]  # fmt: skip
    svg = trend_picture(weeks)
    assert len(of_class(svg, "p-interval")) == len(of_class(svg, "p-ring")) == 1
    assert "n = 0" in "".join(parsed(svg).itertext())


def test_pace_and_calibration_show_counts():
    """Stretches of pace and of forecast carry their counts; every message is a tick."""
    bins = [Bin(100, 140, 120, rate(2, 20)), Bin(140, 190, 160, rate(5, 21))]
    svg = pace_picture(bins, [(110.0, False), (150.0, True), (900.0, True)])
    assert "n = 21" in "".join(parsed(svg).itertext())
    assert (len(of_class(svg, "p-rug")), len(of_class(svg, "p-rug-yes"))) == (1, 1)
    curve = calibration_picture([Bin(0.0, 0.1, 0.05, rate(1, 20)), Bin(0.1, 0.3, 0.2, rate(5, 20))], [0.05, 0.2])
    assert len(of_class(curve, "p-point")) == 2
    assert "forecast 20 %: 5 of 20" in "".join(parsed(curve).itertext())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_any_names_make_well_formed_team_pictures(rows):
    """Names of strangers and any counts give well-formed pictures."""
    rates = [Rate(name, min(k, n), n, 0.0, 1.0) for name, k, n in rows]
    spreads = [Spread(name, tuple(float(i) for i in range(k)), math.nan, 10.0, math.nan) for name, k, _ in rows]
    nobody = Spread("t", (), math.nan, math.nan, math.nan)
    drawn = [
        approaches_picture(rates, rate(0, 0)),
        scores_picture(spreads, nobody),
        trend_picture([Week(spread.name, spread) for spread in spreads]),
        pace_picture([], []),
        calibration_picture([], []),
    ]
    for svg in drawn:
        assert parsed(standalone(svg).split("\n", 1)[1]).tag == f"{NS}svg"


# -- shared parts --------------------------------------------------------------------------------------------------------


def test_text_is_escaped_and_markup_is_not_doubled():
    """Plain text is escaped once; finished markup goes in as it is, also into Jinja."""
    inner = el("b", "<&>")
    assert el("a", inner, '"') == Svg("<a><b>&lt;&amp;&gt;</b>&quot;</a>")
    assert inner.__html__() == str(inner)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_and_inside(low, width):
    """Ticks lie inside the limits, at even steps, and are few."""
    found = ticks(low, low + width)
    assert len(found) <= 8
    assert all(low - 1e-6 * width <= tick <= low + 1.000001 * width for tick in found)


def test_a_scale_of_nothing_does_not_divide_by_it():
    """A scale whose limits are the same puts everything at its start."""
    assert Scale(5, 5, 10, 20)(5) == 10


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (0.0423, "4.2 %"), (0.05, "5 %"), (0.203, "20 %"), (math.nan, "–"), (1.0, "100 %")]
)
def test_percent(share, said):
    """Shares are whole per cent, below ten with one decimal."""
    assert percent(share) == said


# -- colours -------------------------------------------------------------------------------------------------------------


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_has_contrast(theme):
    """Every colour that text is written in has a contrast of 4.5 or more, on paper and on the wash (WCAG AA)."""
    for ink in ("ink", "soft", "accent", "good", "bad", "warn"):
        for ground in ("paper", "wash"):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)


# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(np.maximum(xyz, 0)), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_families_stay_apart_for_colour_blind_eyes(theme, kind):
    """Colours of any two families differ by a CIE76 distance of 10 or more in every kind of colour blindness."""
    seen = {name: lab(np.clip(BLINDNESS[kind] @ linear(theme[name]), 0, 1)) for name in FAMILY_NAMES}
    for a, b in combinations(FAMILY_NAMES, 2):
        assert np.linalg.norm(seen[a] - seen[b]) >= 10, (a, b)


def test_every_part_has_a_family_with_a_colour():
    """No part is without a family, no family without a name, a colour in both themes and a class."""
    assert set(FAMILIES) == set(PARTS)
    for name in FAMILY_NAMES:
        assert name in LIGHT
        assert name in DARK
        assert f".f-{name}{{" in STYLE
    assert set(LIGHT) == set(DARK)
    assert "prefers-color-scheme:dark" in VARIABLES


def test_a_distribution_has_every_message_and_the_reps_dot():
    """The bars hold all messages; a dot stands at its rep's median, and the one that is looked at is full."""
    values = tuple(float(v) for v in range(100, 200))
    reps = [Spread(name, (at,), at, at, at) for name, at in (("Ann", 120.0), ("Bo", 180.0))]
    svg = distribution_picture(Spread("all", values, 140.0, 149.5, 160.0), reps, what="Pace", unit="words/min", me="Bo")
    root = ET.fromstring(svg)  # noqa: S314 - our own
    dots = {one[0].text.split(":")[0]: one for one in root.iter() if one.tag.endswith("circle")}
    assert float(dots["Ann"].get("cx")) < float(dots["Bo"].get("cx"))
    assert (dots["Ann"].get("class"), dots["Bo"].get("class")) == ("p-ring", "p-point")
    bars = [one for one in root.iter() if one.get("class") == "p-behind-dark"]
    assert len(bars) == 24
    assert "n = 100" in svg


def test_a_funnels_bars_are_as_long_as_their_counts():
    """A step of half the messages has a bar of half the length; a step of none has none."""
    steps = [Rate("messages", 40, 40, 1.0, 1.0), Rate("called back", 20, 30, 0.4, 0.7), Rate("sale", 0, 30, 0.0, 0.1)]
    root = ET.fromstring(funnel_picture(steps, 40))  # noqa: S314 - our own
    wide = [float(one.get("width")) for one in root.iter() if one.get("class") == "p-bars"]
    assert wide[1] == pytest.approx(wide[0] / 2, abs=0.1)
    assert wide[2] == 0


def test_weeks_of_shares_say_what_is_too_few_and_what_changed():
    """A week with few messages is a ring without a line; a change is a line before its week with its words."""
    weeks = [Rate("2 Mar", 5, 10, 0.24, 0.76), Rate("9 Mar", 1, 2, 0.1, 0.9), Rate("16 Mar", 0, 0, 0.0, 1.0)]
    root = ET.fromstring(rates_trend_picture(weeks, what="called back", marks=[(1, "new script: b <")]))  # noqa: S314 - our own
    assert sum(one.get("class") == "p-interval" for one in root.iter()) == 1
    assert sum(one.get("class") == "p-ring" for one in root.iter()) == 1
    limit = next(one for one in root.iter() if one.get("class") == "p-limit")
    point = next(one for one in root.iter() if one.get("class") == "p-point")
    ring = next(one for one in root.iter() if one.get("class") == "p-ring")
    assert float(point.get("cx")) < float(limit.get("x1")) < float(ring.get("cx"))
    words = next(one for one in root.iter() if one.text == "new script: b <")
    grid = [float(one.get("y1")) for one in root.iter() if one.get("class") == "p-grid"]
    assert float(words.get("y")) < min(grid)  # above the weeks, where no point can be
