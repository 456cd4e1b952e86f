"""What was said again: one answer for `vmaudio repeats`, the report's file and the web app, by words and by sound."""

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner

from tests.makers import analysis, prosody
from tests.report.test_takes import scored
from vmaudio.cli.root import cli
from vmaudio.duplicates import StoredLevels, copies, drops, find_duplicates
from vmaudio.records import Contour, Message
from vmaudio.report.collecting import collect
from vmaudio.report.columns import build_columns_report, slow_parts
from vmaudio.report.glossary import Glossary
from vmaudio.report.kept_sheet import read_sheet
from vmaudio.report.repeats import NAMES, repeat_rows
from vmaudio.store.store import open_store


def levels(seed, frames=240):
    return -30 + 12 * np.convolve(np.random.default_rng(seed).normal(size=frames), np.ones(6) / 6, "same")


@pytest.fixture
def store(tmp_path):
    """One sound for three prospects, recorded at each call: a little late, softer, with noise; and its words spoken anew."""
    store = open_store(str(tmp_path / "vm.sqlite"))
    first, rng = levels(1), np.random.default_rng(3)
    sounds = (first, np.concatenate([[-60.0] * 3, first[:-2] - 5]), first + rng.normal(0, 1, 240), levels(2))
    for i, sound in enumerate(sounds):
        contour = Contour(tuple(0.05 * j for j in range(len(sound))), (float("nan"),) * len(sound), tuple(sound))
        message = Message(f"calls/{i}.wav", f"m{i}", rep="Tom", prospect=f"p{i}", sent_at=f"2026-05-0{i + 1}T09:00:00+00:00")
        store.save(scored(dataclasses.replace(analysis(message, recording_id=f"{i:064d}"), prosody=prosody(contour=contour))))
    return store


def test_a_drop_of_other_bytes_is_one_everywhere(store, tmp_path):
    """The command, the report of whole and of brief analyses, the web app's and analyses in memory have the same groups."""
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "vm.sqlite"), "repeats", "--json"], catch_exceptions=False)
    found = [(NAMES[group["kind"]], len(group["members"])) for group in json.loads(done.output)["groups"]]
    assert found == [(NAMES["mass_drop"], 3), (NAMES["same_script"], 4)]
    for brief in (False, True):
        given = collect(store, Glossary(), repeats=True, brief=brief)
        assert [(row.kind, row.n) for row in given.repeats] == found
    hidden = collect(store, Glossary(), repeats=True, redact=True)
    assert [(row.kind, row.n) for row in hidden.repeats] == found
    sheet = read_sheet(store)
    everything = np.ones(sheet.n, dtype=bool)
    slow = slow_parts(store, sheet, everything, build_columns_report(sheet, everything, Glossary()))
    assert [(row.kind, row.n) for row in slow.repeats] == found
    assert [(row.kind, row.n) for row in repeat_rows(store.analyses())] == found


def test_a_drop_with_other_ringing_and_cut_short_is_one_sound_and_another_name_is_none():
    """Ringing of other lengths before it, noise, the end lost: one recording. With three other seconds: another."""
    rng, first = np.random.default_rng(8), levels(1, 360)
    ring = np.full(34, -22.0)
    again = first.copy()
    again[100:160] = levels(2, 60)
    sounds = {
        "bare": first, "rung": np.concatenate([ring, np.full(12, -70.0), first]),
        "long": np.concatenate([ring, ring, first - 6]),
        "cut": first[:250], "noise": np.maximum(first, -45) + rng.normal(0, 0.7, 360), "again": again, "other": levels(3, 380),
    }  # fmt: skip
    items = [copies.DuplicateItem(name, name, f"{name}.wav", "", duration_s=0.05 * len(sounds[name])) for name in sounds]
    for order in (items, items[::-1]):
        found = drops.one_sound(order, sounds)
        assert set(found) == {"bare", "rung", "long", "cut", "noise"}
        assert len(set(found.values())) == 1


def spoken(name, text, sound, prospect):
    """A message of one rep."""
    return copies.DuplicateItem(
        name, name, f"{name}.wav", text, prospect, "Tom", f"2026-05-0{prospect[1]}T09:00:00+00:00", duration_s=0.05 * len(sound)
    )


def test_recordings_of_one_sound_say_the_same_whatever_was_recognised_of_them():
    """A recogniser that writes nothing, or other words; but two tones without words on either side are no message."""
    text = "we saw that your warehouse in denver is hiring drivers and most firms lose a fifth of them by spring"
    sounds = {"m1": levels(1), "m2": levels(1) - 3, "m3": levels(1) + 1, "m4": levels(4), "m5": levels(5), "m6": levels(5)}
    texts = {
        "m1": text,
        "m2": "",
        "m3": "a train ran over there and then nobody came any more at all",
        "m4": "we sell roofs to schools",
    }
    items = [spoken(name, texts.get(name, ""), sounds[name], f"p{name[1]}") for name in sounds]
    (group,) = find_duplicates(items, levels=sounds)
    assert (group.kind, [one.message_id for one in group.members]) == ("mass_drop", ["m1", "m2", "m3"])
    assert group.similarity == pytest.approx(0.9)


def test_contours_are_stored_small_and_to_a_quarter_of_a_decibel(store):
    """A byte for each frame, whatever the measures are."""
    found = StoredLevels(store)
    assert len(found) == 4
    assert np.abs(found["0" * 64] - levels(1)).max() <= 0.25 + 1e-5


def test_each_recording_is_compared_with_few(store, monkeypatch):
    """Very many readings of one script with like levels: the comparisons grow with the number, not with its square."""
    asked = []
    real = copies.level_correlation
    monkeypatch.setattr(copies, "level_correlation", lambda a, b, options: asked.append(1) or min(0.89, real(a, b, options)))
    rng, shape = np.random.default_rng(5), levels(9)
    some = {str(i): shape + rng.normal(0, 3, 240) for i in range(120)}
    items = [copies.DuplicateItem(f"m{i}", str(i), f"{i}.wav", "", duration_s=12.0) for i in range(120)]
    assert drops.one_sound(items, some) == {}
    assert 0 < len(asked) <= 16 * 120


@pytest.mark.parametrize("shift", [0, 2, -3])
def test_a_correlation_of_levels_is_that_of_numpy(shift):
    """At the best shift, whatever the means and spreads."""
    rng = np.random.default_rng(11)
    long = levels(4, 300)
    a, b = long[20:260], 2 * long[20 + shift : 260 + shift] - 7 + rng.normal(0, 1, 240)
    pairs = [(a[max(0, s) :], b[max(0, -s) :]) for s in range(-3, 4)]
    best = max(float(np.corrcoef(x[: min(len(x), len(y))], y[: min(len(x), len(y))])[0, 1]) for x, y in pairs)
    assert copies.level_correlation(a, b) == pytest.approx(best, abs=1e-9)
    assert best > 0.95
