"""A store that is opened to be read alone: the database itself refuses every change."""

from __future__ import annotations

import dataclasses

import pytest

from tests.report.makers import team
from vmaudio.errors import StoreError
from vmaudio.store.store import open_store


def test_nothing_can_be_written(tmp_path):
    """Reading works, beside a program that writes; saving is refused by the database, in a sentence."""
    path = str(tmp_path / "store.sqlite")
    first, second = (dataclasses.replace(one, recording_id=f"{i:064d}") for i, one in enumerate(team(2)[0]))
    with open_store(path) as writer:
        writer.save(first)
        with open_store(path, read_only=True) as reader:
            assert reader.count() == 1
            with pytest.raises(StoreError, match="read"):
                reader.save(second)
            writer.save(second)
            assert reader.count() == 2


@pytest.mark.sqlite
def test_an_empty_database_is_not_filled(tmp_path):
    """No tables are made, and no file."""
    with pytest.raises(StoreError, match="There is no database"):
        open_store(tmp_path / "none.sqlite", read_only=True)
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    with pytest.raises(StoreError, match="no tables of vmaudio"):
        open_store(empty, read_only=True)
    assert empty.stat().st_size == 0
    assert not (tmp_path / "none.sqlite").exists()
