"""JSON Schemas of what commands print with ``--json``: from the dataclasses where these are printed, else put together here.

``docs/generate.py`` writes them to ``docs/schemas``; the tests hold real output against them.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Callable
from typing import Any

from vmaudio.records import APPROACHES, PARTS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": ["number", "null"]}
ANY: Schema = {}
SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
SHIPPED = {("Part", "label"): PARTS, ("Structure", "approach"): (*APPROACHES, "unclear")}
"""Fields that hold a class, with those that ship."""


def listed(item: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": item}


def mapped(value: Schema) -> Schema:
    """An object with any names."""
    return {"type": "object", "additionalProperties": value}


def optional(inner: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [inner, {"type": "null"}]}


def named(required: dict[str, Schema], more: dict[str, Schema] | None = None, *, closed: bool = True) -> Schema:
    """An object with these names, of which ``more`` may be absent."""
    made: Schema = {"type": "object", "properties": {**required, **(more or {})}, "required": list(required)}
    return made | ({"additionalProperties": False} if closed else {})


def _meanings(cls: type) -> dict[str, str]:
    """What the docstring says of each field."""
    text = inspect.getdoc(cls) or ""
    found = re.split(r"^(?:Attributes|Args):$", text, maxsplit=1, flags=re.MULTILINE)
    if len(found) < 2:
        return {}
    body = re.split(r"^\S", found[1], maxsplit=1, flags=re.MULTILINE)[0]
    entries = re.findall(r"^    (\w+): (.*?)(?=^    \w+: |\Z)", body, flags=re.MULTILINE | re.DOTALL)
    return {name: " ".join(meaning.split()) for name, meaning in entries}


def hinted(hint: Any) -> Schema:
    """The schema of a type; numbers may be null, as what is not known is."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        kinds = [hinted(one) for one in args if one is not type(None)]
        return {"anyOf": [*kinds, {"type": "null"}]} if type(None) in args else {"anyOf": kinds}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return record(hint)
    if origin is tuple and args and args[-1] is not Ellipsis:
        return {"type": "array", "prefixItems": [hinted(one) for one in args], "minItems": len(args), "maxItems": len(args)}
    if origin in (tuple, list, collections.abc.Sequence):
        return listed(hinted(args[0]))
    if origin in (dict, collections.abc.Mapping):
        return mapped(hinted(args[1]))
    return {str: TEXT, bool: TRUTH, int: COUNT, float: NUMBER}.get(hint, ANY)


def record(cls: type, instead: dict[str, Schema] | None = None, more: dict[str, Schema] | None = None) -> Schema:
    """The schema of a dataclass that is printed as it is; ``instead`` has the fields that are written in another way."""
    hints, meanings = typing.get_type_hints(cls), _meanings(cls)
    fields = {}
    for field in dataclasses.fields(cls):
        own = (instead or {}).get(field.name) or hinted(hints[field.name])
        fields[field.name] = {**own, "description": meanings[field.name]} if field.name in meanings else own
        if (cls.__name__, field.name) in SHIPPED:  # open, as a team may have classes of its own
            fields[field.name] = {**fields[field.name], "examples": list(SHIPPED[cls.__name__, field.name])}
    for name in getattr(cls, "_derived", ()):
        fields[name] = listed(TEXT)
    made = named(fields, more)
    made["required"] = [name for name in made["required"] if name not in getattr(cls, "_if_set", ())]
    return made


def _made() -> Schema:
    read = named({"what": TEXT, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}, {"file": TEXT, "records": COUNT})
    return named(
        {"vmaudio_version": TEXT, "command": TEXT, "created_utc": TEXT, "inputs": listed(read), "settings": mapped(ANY)}
    )


def _compare() -> Schema:
    from vmaudio.experiments import Clustered, FixedEffect, Imbalance, Monitored, PooledArm, Trend
    from vmaudio.experiments.decision import Conflict, Kept, Worth
    from vmaudio.experiments.planned import PlannedArm
    from vmaudio.experiments.sample_ratio import SampleRatio

    arm = {"arm": TEXT, "n": COUNT, "events": COUNT, "rate": SHARE, "low": SHARE, "high": SHARE}
    ends = named({"low": NUMBER, "high": NUMBER})
    whole_arm = named(
        {**arm, "n_reps": COUNT},
        {"cost": NUMBER, "cost_per_event": NUMBER, "monitor": ends, "rate_corrected": SHARE, "purity": SHARE},
    )
    names = ("difference", "low", "high", "p_value", "p_adjusted", "prob_a_better", "p_deciding", "p_deciding_adjusted")
    counts = {name: {"type": ["integer", "null"]} for name in ("n_more_per_arm", "n_more_by_rep", "n_more_deciding")}
    in_all = optional(named({"a": COUNT, "b": COUNT}))
    kinds = {"enum": ["a_higher", "b_higher", "confounded", "not_enough"]}
    pair = named(
        {
            "a": TEXT, "b": TEXT, **dict.fromkeys(names, NUMBER), **counts, "n_in_all": in_all, "test": TEXT, "deciding": TEXT,
            "risk_ratio": optional(named({"ratio": NUMBER, "low": NUMBER, "high": NUMBER})), "clustered": record(Clustered),
            "adjusted": record(FixedEffect), "imbalance": listed(record(Imbalance)), "verdict": TEXT, "verdict_kind": kinds,
        },
        {"monitor": record(Monitored), "corrected": named({"difference": NUMBER, "low": NUMBER, "high": NUMBER})},
    )  # fmt: skip
    better = {"enum": ["higher", "lower"]}
    pooling = {"arms": listed(record(PooledArm)), "prior": TEXT, "arm_sd": NUMBER, "rep_sd": NUMBER, "better": better}
    outcome = {"outcome": TEXT, "better": better, "arms": listed(named(arm)), "verdict": TEXT}
    values = {"values": mapped(NUMBER), "guardrails": mapped(SHARE), "unit": TEXT}
    decision = {
        "outcomes": listed(named(outcome)), "conflicts": listed(record(Conflict)), "values": optional(named(values)),
        "guardrails": listed(record(Kept)), "worth_per_100": listed(record(Worth)), "choice": {"type": ["string", "null"]},
        "sentence": TEXT,
    }  # fmt: skip
    treated = named({"arms": listed(whole_arm), "pairs": listed(pair)}, closed=False)
    planned = {
        "arms": listed(record(PlannedArm)),
        "sample_ratio": optional(record(SampleRatio)),
        "as_treated": optional(treated),
    }
    left_out = dict.fromkeys(("unknown", "young", "not_sent", "no_arm"), COUNT)
    return named(
        {
            "by": TEXT, "outcome": TEXT, "better": better, "arms": listed(whole_arm), "pairs": listed(pair),
            "warnings": listed(_caution()), "verdict": TEXT, "overall_p": SHARE, "pooling": optional(named(pooling)),
            "trend": optional(record(Trend)), "simulated": TRUTH, "n": COUNT, "left_out": named(left_out), "taken_as_no": COUNT,
            "late_callbacks": COUNT, "window_days": NUMBER, "as_of": {"type": ["string", "null"]},
            "attribution": _attribution(), "prior": TEXT, "level": NUMBER, "power": NUMBER, "decision": named(decision),
            "monitored": TRUTH, "looks": optional(named({"times": COUNT, "states": COUNT})), "copies": COUNT,
            "provenance": _made(),
        },
        {"plan": named(planned)},
    )  # fmt: skip


def _caution() -> Schema:
    return named({"kind": TEXT, "sentence": TEXT}, closed=False)


def _attribution() -> Schema:
    contest = {"between": TEXT, "prospects": COUNT, "callbacks": COUNT, "moved": mapped(COUNT), "untimed": COUNT}
    return named({"rule": TEXT, "means": TEXT, "moved": COUNT, "contested": listed(named(contest))})


def _status() -> Schema:
    from vmaudio.experiments.funnels import Point
    from vmaudio.experiments.rates import Rate

    rate = record(Rate)["properties"]
    group = {**rate, "cost": NUMBER, "cost_per_event": NUMBER}
    return named(
        {
            "messages": COUNT, "with_outcome": COUNT, "outcomes": mapped(named({**rate, "unknown": COUNT})),
            "by_campaign": listed(named({"campaign": TEXT, **group})), "by_channel": listed(named({"channel": TEXT, **group})),
            "time_to_callback": listed(record(Point)), "time_to_callback_n": COUNT, "callbacks_without_time": COUNT,
            "attribution": _attribution(), "window_days": NUMBER, "young": COUNT, "as_of": {"type": ["string", "null"]},
            "simulated": TRUTH, "warnings": listed(_caution()), "drift": {"type": ["string", "null"]}, "copies": COUNT,
        }
    )  # fmt: skip


def _line(what: str) -> Schema:
    return listed(named({"line": COUNT, what: COUNT if what == "same_as_line" else TEXT}))


def _check() -> Schema:
    from vmaudio.intake.tables.summary import TableRead

    instead = {"instead": mapped(named({"column": TEXT, "rows": COUNT})), "set_aside": _line("text")}
    table = optional(record(TableRead, instead))
    return named(
        {
            "manifest": table, "outcomes": table, "matched": COUNT, "unmatched": _line("reason"),
            "duplicates": _line("same_as_line"), "without_outcome": _line("message"), "cure": optional(TEXT),
            "questions": listed(TEXT), "left_over": listed(TEXT),
        }
    )  # fmt: skip


def _import() -> Schema:
    from vmaudio.intake import Imported

    return record(Imported, {"check": optional(_check()), "unmatched": _line("reason"), "duplicates": _line("same_as_line")})


def _join() -> Schema:
    pair = named({"file": TEXT, "crm_line": COUNT, "probability": SHARE, "why": TEXT, "decided": TRUTH})
    return named(
        {
            "columns": mapped(TEXT), "fields": mapped(TEXT), "unread": _line("what"),
            "clocks": mapped(named({"ahead_s": NUMBER, "recordings": COUNT})), "joined": listed(pair),
            "unsure": listed(listed(pair)), "recordings_without_a_call": listed(TEXT),
            "calls_without_a_recording": listed(COUNT), "expected_wrong": NUMBER,
        }
    )  # fmt: skip


def _repeats() -> Schema:
    text = {"type": ["string", "null"]}
    names = ("recording_id", "file_name", "prospect", "rep", "sent_at", "campaign", "message_id")
    group = {
        "kind": TEXT, "similarity": SHARE, "members": listed(named(dict.fromkeys(names, text))), "prospects": COUNT,
        "campaigns": listed(TEXT),
    }  # fmt: skip
    return named({"messages": COUNT, "groups": listed(named(group))})


def _labels() -> Schema:
    kappa = named({"a": TEXT, "b": TEXT, "kappa": NUMBER})
    agreement = {"kind": TEXT, "items": COUNT, "krippendorff_alpha": NUMBER, "cohen_kappa": listed(kappa)}
    counts = mapped(mapped(COUNT))
    return named(
        {
            "counts": counts, "annotators": mapped(COUNT), "agreement": listed(named(agreement)), "missing": counts,
            "messages": mapped(COUNT),
        }
    )  # fmt: skip


def _analysis() -> Schema:
    from vmaudio.records import Analysis, Failure

    return {"anyOf": [record(Analysis), record(Failure)]}


def _report() -> Schema:
    """A line of ``report`` as JSON Lines: a message with people's verdicts, with ``--by`` a group; or one of the dictionary."""
    from vmaudio.records import Analysis
    from vmaudio.report import Glossary, dictionary_table, groups_table
    from vmaudio.store import Override

    message = record(Analysis, more={"overrides": listed(record(Override))})
    message["required"].append("overrides")
    grouped = groups_table((), {}, Glossary(), "rep").columns
    values = {one.name: _cell(one.kind, one.meaning) for one in grouped[1:]}
    groups = [named({by: {**TEXT, "description": f"the {by}"}, **values}) for by in ("rep", "campaign", "approach")]
    column = named({one.name: _cell(one.kind, one.meaning) for one in dictionary_table(()).columns})
    return {"anyOf": [message, *groups, column]}


def _cell(kind: str, meaning: str) -> Schema:
    told = {"text": "string", "number": "number", "truth": "boolean"}[kind]
    return {"type": [told, "null"], "description": meaning}


def _report_metadata() -> Schema:
    column = dict.fromkeys(("titles", "datatype", "dc:description"), TEXT)
    more = dict.fromkeys(("dc:source", "schema:unitText"), TEXT)
    table = named({"columns": listed(named(column, more))})
    notes = {**listed(named({"provenance": _made()})), "minItems": 1, "maxItems": 1}
    return named({"@context": {"const": "http://www.w3.org/ns/csvw"}, "url": TEXT, "notes": notes}, {"tableSchema": table})


def _checked() -> Schema:
    from vmaudio.records import Analysis, Failure, ScriptAdherence

    whole = record(Analysis)
    about = {"description": "what was said of the message's script; null without one"}
    whole["properties"]["script"] = optional(record(ScriptAdherence)) | about
    whole["required"].append("script")
    return {"anyOf": [whole, record(Failure)]}


def _drift() -> Schema:
    from vmaudio.callback.drift import DriftReport

    made = record(DriftReport)["properties"]
    return named({**made, "enough": TRUTH, "sentence": TEXT})


def _evaluate() -> Schema:
    from vmaudio.training import Evaluation

    return record(Evaluation)


def _models_compare() -> Schema:
    row = {"a": NUMBER, "b": NUMBER, "difference": NUMBER, "ci": listed(NUMBER), "real": TRUTH}
    scores = mapped(named(row, closed=False))
    return named({"a": TEXT, "b": TEXT, "n": COUNT, "groups": COUNT, "scores": scores, "notes": listed(TEXT)}, closed=False)


def _imap() -> Schema:
    from vmaudio.intake.sources.imap import Fetched

    return record(Fetched)


def _info() -> Schema:
    return named({"database": TEXT, "revision": TEXT, "rows": mapped(COUNT), "older": COUNT})


def _doctor() -> Schema:
    finding = named({"what": TEXT, "state": TEXT, "detail": TEXT, "cure": TEXT})
    return {"anyOf": [finding, named({"engine": TEXT, "dtype": TEXT, "start_s": NUMBER, "audio_s_per_s": NUMBER})]}


def _sources() -> Schema:
    return {"anyOf": [named({"path": TEXT, "source": TEXT}), named({"source": TEXT, "title": TEXT, "reads": TEXT})]}


def _users() -> Schema:
    from vmaudio.store import User

    return record(User)


def _log() -> Schema:
    from vmaudio.store import AuditEntry

    return record(AuditEntry)


def _models() -> Schema:
    return named({"name": TEXT, "version": {"type": ["string", "integer"]}, "used": TRUTH, "metrics": mapped(ANY)})


def _model() -> Schema:
    return mapped(ANY)


def _calibrate() -> Schema:
    from vmaudio.experiments import Corrected

    ends = named({"value": NUMBER, "low": NUMBER, "high": NUMBER, "n": COUNT})
    check = {
        "check": TEXT, "messages": COUNT, "coaches": COUNT, "alpha": ends, "kappa_with_machine": ends, "same_as_machine": SHARE,
        "missed": optional(record(Corrected)),
    }  # fmt: skip
    coach = {
        "coach": TEXT, "messages": COUNT, "verdicts": COUNT, "lenient": ends, "lenient_to_machine": ends, "simulated": TRUTH,
    }  # fmt: skip
    return named({"checks": listed(named(check)), "coaches": listed(named(coach)), "simulated": TRUTH})


SCHEMAS: dict[str, Callable[[], Schema]] = {
    "check": _checked,
    "batch-jsonl": _analysis,
    "watch": _analysis,
    "report-jsonl": _report,
    "report-metadata": _report_metadata,
    "compare": _compare,
    "calibrate": _calibrate,
    "outcomes-import": _import,
    "outcomes-status": _status,
    "intake-check": _check,
    "intake-join": _join,
    "intake-imap": _imap,
    "intake-list": _sources,
    "repeats": _repeats,
    "labels-status": _labels,
    "models-list": _models,
    "models-show": _model,
    "models-evaluate": _evaluate,
    "models-compare": _models_compare,
    "models-drift": _drift,
    "users-list": _users,
    "users-log": _log,
    "db-info": _info,
    "doctor": _doctor,
}
"""What makes the schema of each command's ``--json``, by its name with hyphens; of one line where it prints several. A report
has two: of a line of JSON Lines, and of the file that lies beside it or beside a CSV."""

TITLES = {
    "batch-jsonl": "batch --jsonl",
    "report-jsonl": "report -o FILE.jsonl, one line",
    "report-metadata": "report -o FILE.jsonl or FILE.csv: FILE-metadata.json",
}
"""What the others are called."""


def page(name: str) -> str:
    """The schema of a command as a file.

    Args:
        name: one of `SCHEMAS`.

    Returns:
        JSON text.
    """
    option = TITLES.get(name) or f"{name.replace('-', ' ')} --json"
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"vmaudio {option}"}
    return json.dumps(head | SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"
