"""The classes that a model speaks, and the language that it reads: ours in English, unless its model.json says otherwise.

The approach model and the rubric know our parts and approaches only. A class of a team's own counts for them as the one whose
role it plays, and a part without a role as "other": so any part model goes with any approach model.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.classify.model_folder import Model
from vmaudio.classify.own_classes import ENGLISH, NONE_OWN, OwnClass, OwnClasses, classes_of
from vmaudio.errors import ModelRefused
from vmaudio.records import APPROACHES, PARTS, Transcript

_KINDS = {"part": "parts", "approach": "approaches"}


def remembered(name: str, own: OwnClasses) -> dict[str, Any]:
    """What a model remembers of a team's own classes and language, for model.json; nothing where there are none.

    Args:
        name: of the model, "part" or "approach".
        own: as they are declared.
    """
    classes = own.parts if name == "part" else own.approaches
    ours = PARTS if name == "part" else APPROACHES
    meta: dict[str, Any] = {}
    if classes:
        meta["labels"] = [*ours, *(one.name for one in classes)]
        meta["own_classes"] = [dataclasses.asdict(one) for one in classes]
    if own.language != ENGLISH:
        meta["language"] = own.language
    return meta


def own_of(model: Model) -> OwnClasses:
    """The own classes and the language of a model.

    Args:
        model: of parts or approaches.

    Raises:
        ModelRefused: what its model.json says of them is not what training writes.
    """
    meta, kind = model.meta, _KINDS.get(model.name, "approaches")
    if not meta.get("own_classes") and not meta.get("language"):
        return NONE_OWN
    given = meta.get("own_classes") or []
    plain = isinstance(given, list) and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in given)
    declared = {one["name"]: {key: one[key] for key in one if key != "name"} for one in given} if plain else {"": None}
    own, faults = classes_of({"language": meta.get("language", ENGLISH), kind: declared})
    ours = PARTS if kind == "parts" else APPROACHES
    names = [one.name for one in (own.parts if kind == "parts" else own.approaches)]
    if faults or (names and list(meta.get("labels") or ()) != [*ours, *names]):
        why = faults[0][1] if faults else "its labels are not our classes and then its own"
        raise ModelRefused(f"The classes in the model.json of {model.model_id} are damaged ({why}). Train the model again.")
    return own


def parts_of(model: Model) -> tuple[str, ...]:
    """The parts that a part model knows, in the order of its probabilities.

    Args:
        model: the part model.
    """
    return tuple(model.meta.get("labels") or PARTS)


def approaches_of(model: Model) -> tuple[str, ...]:
    """The approaches that an approach model knows, in the order of its probabilities.

    Args:
        model: the approach model.
    """
    return tuple(model.meta.get("labels") or APPROACHES)


def language_of(model: Model) -> str:
    """The language that a model reads, as a two-letter code.

    Args:
        model: of parts or approaches.
    """
    return str(model.meta.get("language") or ENGLISH)


def reads(model: Model, transcript: Transcript) -> bool:
    """Whether a model judges a message: one in its language; an English model also one of which the language is not known.

    Args:
        model: of parts or approaches.
        transcript: of the message.
    """
    language = language_of(model)
    return transcript.is_english if language == ENGLISH else transcript.is_in(language)


def in_our_parts(probabilities: np.ndarray, path: Sequence[str], own: Sequence[OwnClass]) -> tuple[np.ndarray, list[str]]:
    """Label probabilities and a path over our parts and a team's own, as the approach model reads them: over ours.

    Args:
        probabilities: (n_clauses, len(PARTS) + len(own)), ours first.
        path: a label for each clause.
        own: the team's own parts, in the order of the columns.

    Returns:
        (n_clauses, len(PARTS)), and the path, in which each own part is its role, or "other".
    """
    if not own:
        return probabilities, list(path)
    ours = probabilities[:, : len(PARTS)].copy()
    counts = roles(own)
    for column, one in enumerate(own, start=len(PARTS)):
        ours[:, PARTS.index(counts[one.name])] += probabilities[:, column]
    return ours, [counts.get(label, label) for label in path]


def roles(own: Sequence[OwnClass]) -> Mapping[str, str]:
    """What each own part counts as among ours for the approach model.

    Args:
        own: the team's own parts.
    """
    return {one.name: one.role or "other" for one in own}
