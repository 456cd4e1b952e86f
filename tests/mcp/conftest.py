"""A team's messages in a store, with names that must not be seen."""

from __future__ import annotations

import dataclasses

import pytest

from tests.report.makers import team
from vmaudio.classify import ModelStore
from vmaudio.mcp.library import Library
from vmaudio.rubric import load_rubric
from vmaudio.store import open_store, put_outcomes

ODD = "msg-from-dana-whitfield"


@pytest.fixture(scope="session")
def db(tmp_path_factory) -> str:
    """A store of 24 messages with outcomes; one id, one campaign and one column of the manifest hold a name."""
    path = str(tmp_path_factory.mktemp("mcp") / "team.sqlite")
    analyses, outcomes = team(24)
    with open_store(path) as store:
        for i, one in enumerate(analyses):
            message = dataclasses.replace(one.message, extra={"owner": f"Kim Lee {i % 2}", "turn": str(i % 2)})
            if i == 0:
                message = dataclasses.replace(message, message_id=ODD, campaign=f"for {message.rep}")
            store.save(dataclasses.replace(one, recording_id=f"{i:064d}", message=message))
        put_outcomes(store, [one for one in outcomes.values() if one.message_id != analyses[0].message.message_id])
    return path


def made(db: str, **options) -> Library:
    """A library of the store."""
    return Library(db, load_rubric(), ModelStore.from_settings(None), **options)


@pytest.fixture(scope="session")
def hidden(db) -> Library:
    """As it is by default."""
    return made(db)


@pytest.fixture(scope="session")
def shown(db) -> Library:
    """With names."""
    return made(db, redact=False)
