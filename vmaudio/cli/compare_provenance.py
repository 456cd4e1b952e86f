"""What a comparison was made from and by: version, command, time, settings, and hashes of what was read."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

FILES = ("manifest_path", "outcomes_path", "plan_path", "values_path")


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
    import vmaudio
    from vmaudio.experiments import CompareOptions, MonitorOptions

    inputs: list[dict[str, Any]] = []
    for name in FILES:
        if given[name] and Path(given[name]).is_file():
            inputs.append(_file(name.removesuffix("_path"), given[name]))
    inputs += [_file("map", one) for one in given["mapping"] if one.endswith(".toml") and Path(one).is_file()]
    for what, records in read.items():
        digest, count = hashlib.sha256(), 0
        for record in records:
            digest.update(repr(record).encode("utf-8", "surrogatepass") + b"\n")
            count += 1
        inputs.append({"what": what, "records": count, "sha256": digest.hexdigest()})
    monitor = dataclasses.asdict(MonitorOptions())
    thresholds = dataclasses.asdict(CompareOptions()) | {f"monitor.{name}": value for name, value in monitor.items()}
    options = {name.removesuffix("_path"): list(v) if isinstance(v, tuple) else v for name, v in given.items()}
    return {
        "vmaudio_version": vmaudio.__version__,
        "command": _command(ctx),
        "created_utc": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "inputs": inputs,
        "settings": {**options, "timezone": zone, "thresholds": thresholds},
    }


def _file(what: str, path: str) -> dict[str, Any]:
    with Path(path).open("rb") as stream:
        return {"what": what, "file": path, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def _command(ctx: click.Context) -> str:
    """The command with the options that were written, as one would write it in a shell."""
    words = ["vmaudio", "compare"]
    for parameter in ctx.command.params:
        if ctx.get_parameter_source(parameter.name or "") is not ParameterSource.COMMANDLINE:
            continue
        value = ctx.params[parameter.name or ""]
        if isinstance(value, bool):
            words.append(parameter.opts[0])
        else:
            for one in value if isinstance(value, tuple) else (value,):
                words += [parameter.opts[0], str(one)]
    return shlex.join(words)
