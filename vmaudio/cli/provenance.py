"""What a comparison or a report was made from and by: version, command, time, settings, and hashes of what was read."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import itertools
import operator
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from click.core import ParameterSource

FILES = ("manifest_path", "outcomes_path", "plan_path", "dials_path", "values_path")
LEFT_OUT = "..."


def provenance(ctx: click.Context, given: Mapping[str, Any], read: Mapping[str, Iterable[object]], zone: str) -> dict[str, Any]:
    """Describe how a comparison was made, so that somebody else can make it again and see whether the data are the same.

    Args:
        ctx: context of the command, for what was written and what is default.
        given: values of its options.
        read: records that came from the store, by what they are ("store", "plan"); empty where all came from files.
        zone: time zone in which dates without one were read.

    Returns:
        Plain JSON values: ``vmaudio_version``, ``command``, ``created_utc``, ``inputs`` (each with its SHA-256) and
        ``settings`` with the thresholds. The address of a database is left out: it may hold a password.
    """
    from vmaudio.experiments import CompareOptions, MonitorOptions, PoolingOptions

    inputs: list[dict[str, Any]] = []
    for name in FILES:
        if given[name] and Path(given[name]).is_file():
            inputs.append(file_input(name.removesuffix("_path"), given[name]))
    inputs += [file_input("map", one) for one in given["mapping"] if one.endswith(".toml") and Path(one).is_file()]
    for what, records in read.items():
        digest, count = hashlib.sha256(), 0
        for portion in _portions(records):
            digest.update("".join([f"{text}\n" for text in texts_of(portion)]).encode("utf-8", "surrogatepass"))
            count += len(portion)
        inputs.append({"what": what, "records": count, "sha256": digest.hexdigest()})
    thresholds = dataclasses.asdict(CompareOptions())
    for prefix, options in (("monitor", MonitorOptions()), ("pooling", PoolingOptions())):
        thresholds |= {f"{prefix}.{name}": value for name, value in dataclasses.asdict(options).items()}
    written = {name.removesuffix("_path"): list(v) if isinstance(v, tuple) else v for name, v in given.items()}
    return made_by(ctx, inputs, {**written, "timezone": zone, "thresholds": thresholds})


def _portions(records: Iterable[object], size: int = 2000) -> Iterator[list[object]]:
    left = iter(records)
    while portion := list(itertools.islice(left, size)):
        yield portion


def texts_of(records: Sequence[object]) -> list[str]:
    """The ``repr`` of each record; that of observations in half of the time, as there are very many of them.

    Args:
        records: plain records.

    Returns:
        Texts in their order.
    """
    from vmaudio.records import Observation

    if not all(type(one) is Observation for one in records):
        return [repr(one) for one in records]
    messages, outcomes = ([getattr(one, name) for one in records] for name in ("message", "outcome"))
    told = iter(_alike([one for one in outcomes if one is not None]))
    second = ["None" if one is None else next(told) for one in outcomes]
    return _alike(records, {"message": _alike(messages), "outcome": second})


def _alike(records: Sequence[Any], known: Mapping[str, Sequence[str]] = MappingProxyType({})) -> list[str]:
    """The ``repr`` of records of one dataclass, a column at a time: what is the same object in all is written once.

    Args:
        records: the records.
        known: by name of a field the texts of all its values, where they are made already.
    """
    if not records:
        return []
    texts, columns = [], []
    for one in dataclasses.fields(records[0]):
        values = list(map(operator.attrgetter(one.name), records)) if one.name not in known else known[one.name]
        if one.name in known:
            texts.append(f"{one.name}=%s")
        elif len(set(map(id, values))) == 1:
            texts.append(f"{one.name}={values[0]!r}".replace("%", "%%"))
            continue
        else:
            texts.append(f"{one.name}=%r")
        columns.append(values)
    whole = f"{type(records[0]).__name__}({', '.join(texts)})"
    return [whole % values for values in zip(*columns, strict=True)] if columns else [whole % ()] * len(records)


def made_by(
    ctx: click.Context, inputs: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], hidden: Collection[str] = ()
) -> dict[str, Any]:
    """Version, command, time, inputs and settings.

    Args:
        ctx: context of the command.
        inputs: what was read, each with its SHA-256.
        settings: what it was made with.
        hidden: parameters whose values are left out of the command, as they may name a person.

    Returns:
        Plain JSON values.
    """
    import vmaudio

    return {
        "vmaudio_version": vmaudio.__version__,
        "command": _command(ctx, hidden),
        "created_utc": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "inputs": list(inputs),
        "settings": dict(settings),
    }


def file_input(what: str, path: str) -> dict[str, Any]:
    """A file that was read.

    Args:
        what: what it is: "manifest", "outcomes" and so on.
        path: the file.

    Returns:
        ``what``, ``file`` and ``sha256``.
    """
    with Path(path).open("rb") as stream:
        return {"what": what, "file": path, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def _command(ctx: click.Context, hidden: Collection[str] = ()) -> str:
    """The command with the options that were written, as one would write it in a shell."""
    words = ["vmaudio", ctx.info_name or ""]
    for parameter in ctx.command.params:
        name = parameter.name or ""
        if ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = ctx.params[name]
        if isinstance(value, bool):
            words.append(parameter.opts[0])
        else:
            for one in value if isinstance(value, tuple) else (value,):
                shown = LEFT_OUT if name in hidden else one.name if isinstance(one, Path) else str(one)
                words += [parameter.opts[0], shown]
    return shlex.join(words)
