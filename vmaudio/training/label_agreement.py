"""How many labels the store holds of each kind, and how far annotators agree."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmaudio.classify import known_approaches, known_parts
from vmaudio.records import REASONS
from vmaudio.store import Store, all_labels
from vmaudio.training.adjudication import settled_messages

ENOUGH_LABELS = 25
"""Below this many labelled examples a class is listed as missing: every fold needs some (our default)."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far annotators agree on what several of them labelled. ``alpha`` is Krippendorff's (nominal), NaN without any."""

    kind: str
    items: int
    alpha: float
    kappas: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Status:
    """Counts per kind and label, annotators, agreement, and the labels that have too few examples.

    ``messages`` counts messages with parts: "whole" where each piece has one, "in_part" where some have none.
    """

    counts: Mapping[str, Mapping[str, int]]
    annotators: Mapping[str, int]
    agreement: tuple[Agreement, ...]
    missing: Mapping[str, Mapping[str, int]]
    messages: Mapping[str, int]


def label_status(store: Store) -> Status:
    """Count the labels of the store and measure agreement.

    Args:
        store: that keeps the labels.
    """
    labels = list(all_labels(store))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    items: dict[str, dict[tuple[str, str, int], dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for label in labels:
        counts[label.kind][label.label] += 1
        if not label.adjudicated:  # who decides between two has seen both, and agrees with one
            items[label.kind][label.message_id or "", label.text_key, label.position][label.annotator] = label.label
    valid = {"part": known_parts(), "approach": known_approaches(), "reason": REASONS}
    missing = {
        kind: {name: counts[kind][name] for name in names if counts[kind][name] < ENOUGH_LABELS}
        for kind, names in valid.items()
    }
    return Status(
        counts={kind: dict(found.most_common()) for kind, found in sorted(counts.items())},
        annotators=dict(Counter(label.annotator for label in labels).most_common()),
        agreement=tuple(_agreement(kind, list(found.values())) for kind, found in sorted(items.items())),
        missing=missing,
        messages=_messages(store),
    )


def _messages(store: Store) -> dict[str, int]:
    found = Counter(
        "in_part" if one.message.in_part or one.conflicts else "whole"
        for one in settled_messages(store)
        if any(sentence.part for sentence in one.message.sentences) or one.conflicts
    )
    return {name: found[name] for name in ("whole", "in_part")}


def _agreement(kind: str, items: Sequence[Mapping[str, str]]) -> Agreement:
    shared = [item for item in items if len(item) > 1]
    people = sorted({who for item in shared for who in item})
    kappas = {}
    for one, other in itertools.combinations(people, 2):
        both = [(item[one], item[other]) for item in shared if one in item and other in item]
        if both:
            kappas[one, other] = cohen_kappa(both)
    return Agreement(kind, len(shared), krippendorff_alpha([list(item.values()) for item in shared]), kappas)


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two annotators, -1 to 1; NaN when both used one and the same label throughout.

    Args:
        pairs: the two labels of each item.
    """
    import warnings

    from sklearn.metrics import cohen_kappa_score

    first, second = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one label only: NaN says it
        return float(cohen_kappa_score(first, second))


def krippendorff_alpha(items: Sequence[Sequence[str]]) -> float:
    """Krippendorff's alpha for nominal labels, any number of annotators per item (Krippendorff 2011); NaN without pairs.

    Args:
        items: the labels of each item.
    """
    coincidences: dict[tuple[str, str], float] = defaultdict(float)
    for values in items:
        if len(values) > 1:
            for first, second in itertools.permutations(values, 2):
                coincidences[first, second] += 1 / (len(values) - 1)
    totals: dict[str, float] = defaultdict(float)
    for (one, _), weight in coincidences.items():
        totals[one] += weight
    n = sum(totals.values())
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b)
    if not expected:
        return float("nan")
    observed = sum(weight for (one, other), weight in coincidences.items() if one != other)
    return 1.0 - (n - 1) * observed / expected
