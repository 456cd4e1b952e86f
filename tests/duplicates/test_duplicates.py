"""The same message again: what makes it the same, what makes it new, and who got it."""

from __future__ import annotations

import dataclasses
import itertools
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.makers import analysis
from vmaudio.duplicates.groups import find_duplicates
from vmaudio.duplicates.items import DuplicateItem, duplicate_items
from vmaudio.duplicates.near_duplicates import clusters, same_message, signatures
from vmaudio.duplicates.normalize import STOP, normal_tokens
from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.duplicates.sounds import level_distance, same_sound
from vmaudio.records import Message, Outcome
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.store import open_store

SCRIPT = (
    "Hi {callee}, this is {caller} with Alderbrook. I'm calling because {reason} and we help firms like yours cut the cost of "
    "hiring by a third. Could you call me back at 303-555-01{n:02d}? Again, that's 303-555-01{n:02d}. Thanks."
)
REASONS = (
    "we saw that your warehouse in Denver is hiring drivers",
    "your payroll provider announced a price change last month",
)


def item(
    number: int, prospect: str | None = None, day: int = 1, reason: int = 0, text: str | None = None, **values: object
) -> DuplicateItem:
    """A message of the script, with another name and number each time."""
    words = SCRIPT.format(
        callee=("Dana", "Tom", "Priya", "Luis")[number % 4], caller=("Kim", "Pat")[number % 2], reason=REASONS[reason], n=number
    )
    made = DuplicateItem(
        f"m{number}", f"recording{number}", f"{number}.wav", words if text is None else text,
        prospect, "ann", f"2026-05-{day:02d}T09:00:00+00:00",
    )  # fmt: skip
    return dataclasses.replace(made, **values)  # type: ignore[arg-type]


def shape(groups: object) -> list[tuple[str, list[str]]]:
    return [(group.kind, [member.message_id for member in group.members]) for group in groups]  # type: ignore[attr-defined]


def test_names_numbers_and_greetings_do_not_make_it_new() -> None:
    """The script with other names and numbers is the same message to the same prospect."""
    assert shape(find_duplicates([item(1, "p1", 1), item(2, "p1", 20)])) == [("same_prospect", ["m1", "m2"])]


def test_a_changed_reason_does() -> None:
    """The same script with another reason is another message."""
    assert find_duplicates([item(1, "p1", 1), item(2, "p1", 20, reason=1)]) == []


def test_lower_case_text_without_marks_is_read_alike() -> None:
    """What a recogniser writes without capitals and full stops is compared alike."""

    def bare(i: DuplicateItem) -> DuplicateItem:
        return dataclasses.replace(i, text=i.text.lower().replace(".", "").replace(",", ""))

    same, other = bare(item(2, "p1", 20)), bare(item(3, "p1", 25, reason=1))
    assert shape(find_duplicates([item(1, "p1", 1), same, other])) == [("same_prospect", ["m1", "m2"])]


def test_recognition_errors_do_not_make_it_new() -> None:
    """One word in twelve misheard leaves it the same message."""
    rng = random.Random(4)
    words = SCRIPT.format(callee="Dana", caller="Kim", reason=REASONS[0], n=3).split()
    for i in rng.sample(range(len(words)), len(words) // 12):
        words[i] = words[i][:-1] + "x" if len(words[i]) > 3 else "the"
    assert shape(find_duplicates([item(1, "p1", 1), item(2, "p1", 20, text=" ".join(words))])) == [
        ("same_prospect", ["m1", "m2"])
    ]


def test_after_wrong_person_comes_first() -> None:
    """Calling again after "wrong person" is the worst, whether the words are the same or not."""
    groups = find_duplicates(
        [
            item(1, "p1", 1), item(2, "p1", 20), item(3, "p2", 1, wrong_person=True), item(4, "p2", 9),
            item(5, "p3", 1, wrong_person=True), item(6, "p3", 9, text="I wanted to try quite another idea on you"),
        ]
    )  # fmt: skip
    kinds = shape(groups)
    assert {kind for kind, _ in kinds[:2]} == {"after_wrong_person"}
    assert sorted(members for kind, members in kinds if kind == "after_wrong_person") == [["m3", "m4"], ["m5", "m6"]]
    assert ("same_prospect", ["m1", "m2"]) in kinds
    assert ("same_prospect", ["m3", "m4"]) not in kinds
    by_first = {group.members[0].message_id: group.similarity for group in groups if group.kind == "after_wrong_person"}
    assert by_first["m3"] > 0.9 > by_first["m5"]


def test_messages_before_wrong_person_are_not_blamed() -> None:
    """What was left before the wrong person was recorded is no fault."""
    assert shape(find_duplicates([item(1, "p1", 1, reason=1), item(2, "p1", 9, wrong_person=True)])) == []


@pytest.mark.parametrize(("prospects", "is_drop"), [
    (("p1", None), False), ((None, None), False), (("p1", "p2"), True), (("p1", "p2", None), True), ((None, None, None), False),
])  # fmt: skip
def test_an_unknown_prospect_may_be_the_known_one(prospects: tuple[str | None, ...], is_drop: bool) -> None:
    """Sends of one file to nobody named are copies of it, and no drop on many."""
    seen = [item(i, prospect, recording_id="one") for i, prospect in enumerate(prospects)]
    assert any(group.kind == "mass_drop" for group in find_duplicates(seen)) is is_drop


def test_one_recording_for_many_is_a_mass_drop() -> None:
    """The same bytes for three prospects are a mass drop with similarity 1, with or without words."""
    drop = [item(i, f"p{i}", recording_id="same", text="") for i in range(3)]
    (group,) = find_duplicates(drop)
    assert (group.kind, group.similarity, len(group.members)) == ("mass_drop", 1.0, 3)


def test_one_script_spoken_anew_for_many() -> None:
    """The same words in several recordings to several prospects are one script."""
    assert shape(find_duplicates([item(1, "p1"), item(2, "p2", 2), item(3, "p3", 3, reason=1)])) == [
        ("same_script", ["m1", "m2"])
    ]


def test_silence_is_not_a_repeat() -> None:
    """Two recordings without words have nothing in common."""
    assert find_duplicates([item(1, "p1", text=""), item(2, "p1", text="")]) == []


def test_json_has_every_key_of_the_contract() -> None:
    """Groups have kind, similarity and members; members have the five keys that other programs rely on."""
    (group,) = find_duplicates([item(1, "p1", 1), item(2, "p1", 20)])
    made = group.to_dict()
    assert {"kind", "similarity", "members"} <= set(made)
    assert {"recording_id", "file_name", "prospect", "rep", "sent_at"} <= set(made["members"][0])
    assert 0 <= made["similarity"] <= 1


def test_the_order_of_the_messages_does_not_matter() -> None:
    """Shuffled messages give the same groups."""
    rng = random.Random(1)
    seen = [item(i, f"p{i % 7}", 1 + i % 28, reason=i % 2) for i in range(60)]
    expected = sorted(shape(find_duplicates(seen)))
    rng.shuffle(seen)
    assert sorted(shape(find_duplicates(seen))) == expected


def made_up(rng: random.Random, n: int) -> list[str]:
    """Words of a script; half of them are everyday words."""
    return [rng.choice(EVERYDAY) if rng.random() < 0.45 else rng.choice(INVENTED) for _ in range(n)]


EVERYDAY = sorted(STOP)
INVENTED = [
    f"{a}{b}{c}{d}"
    for a in "bdfgklmnprstvz"
    for b in "aeiou"
    for c in ("ri", "lo", "ta", "ke", "vu", "shi", "mo", "pa")
    for d in ("ble", "rk", "ndon", "tsy", "ge", "lump")
]


def test_near_duplicates_among_many_are_found() -> None:
    """Of 1,000 scripts, each read three times with one word in twenty misheard as any other, most are found, none are mixed."""
    rng = random.Random(7)
    texts = []
    for _ in range(1000):
        base = made_up(rng, 45)
        texts += [tuple(rng.choice(INVENTED) if rng.random() < 1 / 20 else word for word in base) for _ in range(3)]
    found = clusters(texts)
    together = sum(len(set(found[3 * s : 3 * s + 3].tolist())) == 1 for s in range(1000))
    assert together >= 900
    owner: dict[int, set[int]] = {}
    for i, cluster in enumerate(found.tolist()):
        owner.setdefault(cluster, set()).add(i // 3)
    assert all(len(scripts) == 1 for scripts in owner.values())


def test_words_in_a_row_make_a_reason_new_and_lone_ones_do_not() -> None:
    """Four new words that stand apart are misheard, the same number in a row are another reason."""
    rng = random.Random(3)
    kept = {"apart": 0, "in a row": 0}
    for _ in range(200):
        base = made_up(rng, 45)
        content = [i for i, word in enumerate(base) if word not in STOP]
        start = rng.randrange(len(content) - 5)
        for name, places in (("apart", content[::6][:4]), ("in a row", content[start : start + 5])):
            other = list(base)
            for i in places:
                other[i] = rng.choice(INVENTED)
            by_words = DuplicateOptions(similar_sound=1.01)  # made-up words sound too much alike
            kept[name] += same_message(tuple(base), tuple(other), by_words) is not None
    assert kept["apart"] >= 190
    assert kept["in a row"] <= 70


SAID = (
    "Good morning, this is Judith. We provide full-service payroll, time clocks and tax filing for small practices throughout "
    "Kansas. Our clients save several hours every month and never worry about a deadline. I'd welcome ten minutes to introduce "
    "our services. Thank you and have a good day."
)
GARBLED = (
    "Good morning, this is due to. We provide full service payroll times lost and tax filing for small practices through "
    "outends. An hour's life, six every hour's every month and never worry about a deadline. I'd well contend in it to "
    "introduce an hour service. And you and have a good day."
)


def test_what_was_misheard_is_known_by_its_sound() -> None:
    """What tiny.en wrote of a script by telephone is the same message as the script, to one prospect and to many."""
    pair = [item(1, "p1", 1, text=SAID), item(2, "p1", 20, text=GARBLED)]
    assert same_message(normal_tokens(SAID), normal_tokens(GARBLED), DuplicateOptions(similar_sound=1.01)) is None
    (group,) = find_duplicates(pair)
    assert group.kind == "same_prospect"
    assert 0.6 < group.similarity < 1


def test_another_reason_in_a_misheard_script_is_new() -> None:
    """The frame alone, however alike, is another message where half a sentence in a row is another one."""
    frame = "We provide full-service payroll, time clocks and tax filing for small practices throughout Kansas."
    other = SAID.replace(frame, "The insurer that you are with left the state in spring, and wants each truck looked at first.")
    assert other != SAID
    assert find_duplicates([item(1, "p1", 1, text=other), item(2, "p1", 20, text=GARBLED)]) == []


def test_few_sounds_are_not_enough() -> None:
    """Short messages are compared by their words alone."""
    assert same_sound("ktlntr", "ktlntr") is None
    assert same_sound("ktlnsf" * 8, "ktlnsf" * 8) == 1.0
    assert same_sound("ktlnsf" * 8, "mprx" * 12) is None


def test_minhash_estimates_jaccard() -> None:
    """The share of equal signature columns is the Jaccard similarity of the shingles."""
    rng = random.Random(9)
    base = [f"w{rng.randrange(500)}" for _ in range(400)]
    for changed in (40, 120):
        other = list(base)
        for i in rng.sample(range(400), changed):
            other[i] = f"x{i}"
        a, b = set(itertools.pairwise(base)), set(itertools.pairwise(other))
        rows = signatures([tuple(base), tuple(other)])
        assert float(np.mean(rows[0] == rows[1])) == pytest.approx(len(a & b) / len(a | b), abs=0.13)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_has_tokens(text: str) -> None:
    """No text, however wild, breaks the tokens, and a message is always the same as itself."""
    tokens = normal_tokens(text)
    assert same_message(tokens, tokens) == 1.0


def test_from_the_store(tmp_path: Path) -> None:
    """Messages, transcripts and wrong-person marks come from the store."""
    store = open_store(str(tmp_path / "vm.sqlite"))
    for i, day in enumerate((1, 9)):
        message = Message(f"{i}.wav", f"m{i}", rep="ann", prospect="p1", sent_at=f"2026-05-{day:02d}T09:00:00+00:00")
        store.save(analysis(message=message, recording_id=f"r{i}", file_name=f"{i}.wav"))
    put_outcomes(store, [Outcome("m0", wrong_person=True)])
    (group,) = find_duplicates(list(duplicate_items(store)))
    assert (group.kind, [m.message_id for m in group.members]) == ("after_wrong_person", ["m0", "m1"])
    store.close()


@pytest.mark.parametrize(
    "options",
    [
        DuplicateOptions(similar=0.999), DuplicateOptions(new_words=0.0), DuplicateOptions(least_words=500),
        DuplicateOptions(alike_words=101.0, lone_word=1.0, new_words=0.01), DuplicateOptions(leaders=0),
        DuplicateOptions(bands=0), DuplicateOptions(rows=60, bands=1),
    ],
)  # fmt: skip
def test_options_decide_what_is_the_same(options: DuplicateOptions) -> None:
    """Two readings that are the same by default are two messages where a threshold is out of their reach."""
    rng = random.Random(11)
    base = made_up(rng, 45)
    other = [rng.choice(INVENTED) if i in (9, 30) else word for i, word in enumerate(base)]
    pair = [tuple(base), tuple(other)]
    assert len(set(clusters(pair).tolist())) == 1
    apart = clusters(pair, dataclasses.replace(options, similar_sound=1.01)).tolist()
    assert apart in ([0, 1], [-1, -1])


def test_an_option_says_when_capitals_tell_nothing() -> None:
    """Where any capital counts as too many, names are not known by theirs."""
    text = "we met Dana at the plant about the pumps"
    assert "dana" not in normal_tokens(text)
    assert "dana" in normal_tokens(text, options=DuplicateOptions(cased_share=0.0))


def contour(seed: int, n: int = 200, factor: float = 1.0) -> list[float]:
    """A level that goes up and down, heard ``factor`` times as fast."""
    rng = np.random.default_rng(seed)
    level = np.convolve(rng.normal(0, 12, n + 8), np.ones(4) / 4, "valid")[:n] - 30
    return np.interp(np.linspace(0, n - 1, int(n / factor)), np.arange(n), level).tolist()  # type: ignore[no-any-return]


def test_a_rhythm_is_known_at_another_pace() -> None:
    """The same contour spoken 8 % faster is near, another one is far, and a far longer or even one is not compared."""
    own = contour(1)
    assert level_distance(own, own) == 0.0
    assert level_distance(own, contour(1, factor=1.08)) < 0.08
    assert level_distance(own, contour(2)) > 0.12
    assert level_distance(own, contour(1, factor=1.6)) == np.inf
    assert level_distance(own, [-30.0] * 200) == np.inf
    assert level_distance(own, []) == np.inf


def test_recordings_decide_where_words_leave_it_open() -> None:
    """Words that are too far apart for the sound alone are one message with one rhythm, and two with two."""
    worse = GARBLED.replace("never worry about a deadline", "eighty marks on a map")
    pair = [item(1, "p1", 1, text=SAID), item(2, "p1", 20, text=worse)]
    assert find_duplicates(pair) == []
    levels = {"recording1": contour(1), "recording2": contour(1, factor=1.05)}
    (group,) = find_duplicates(pair, levels=levels)
    assert group.kind == "same_prospect"
    assert find_duplicates(pair, levels={**levels, "recording2": contour(5)}) == []
