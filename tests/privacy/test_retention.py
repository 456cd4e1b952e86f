"""The retention period of the setting, and the sheet that tells it."""

import datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.makers import analysis
from vmaudio.cli.root import cli
from vmaudio.errors import SettingError
from vmaudio.privacy import due_before, privacy_sheet
from vmaudio.records import Failure, Message, Outcome
from vmaudio.settings import SETTINGS
from vmaudio.store import all_coach_notes, coach_notes, open_store, outcomes, put_coach_note, put_outcomes

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)


@pytest.fixture
def stored(tmp_path):
    """A message of 2020, one of today, and a file that failed."""
    path = str(tmp_path / "vm.sqlite")
    with open_store(path) as store:
        today = datetime.datetime.now(datetime.UTC).isoformat()
        for number, sent in enumerate(("2020-01-01T09:00:00+00:00", today)):
            store.save(analysis(Message(f"/calls/{number}.wav", f"m{number}", sent_at=sent), recording_id=str(number) * 64))
        store.save_failure(Failure("/calls/x.wav", "x.wav", "decode", "NotAudio", "x"))
    return path


def left(path):
    with open_store(path) as store:
        return {message.message_id for message in store.messages()}, len(store.failures())


def test_without_a_period_nothing_is_due(monkeypatch):
    """0 keeps everything, and asking for what is due is an error with its cure."""
    assert due_before(NOW) is None
    with pytest.raises(SettingError, match="Set VMAUDIO_RETENTION_DAYS"):
        CliRunner().invoke(cli, ["purge", "--due", "--yes"], catch_exceptions=False, standalone_mode=False)
    monkeypatch.setenv("VMAUDIO_RETENTION_DAYS", "90")
    assert due_before(NOW) == NOW - datetime.timedelta(90)


def test_what_is_due_is_deleted(stored, monkeypatch):
    """By the command, once the setting says so."""
    monkeypatch.setenv("VMAUDIO_RETENTION_DAYS", "90")
    done = CliRunner().invoke(cli, ["--db", stored, "purge", "--due", "--yes"])
    assert "Deleted: 1 message" in done.output
    assert left(stored) == ({"m1"}, 1)
    again = CliRunner().invoke(cli, ["--db", stored, "purge", "--due", "--yes"])
    assert "Nothing was sent before" in again.output


def test_notes_and_rows_without_a_recording_go_too(stored):
    """A coach's note by its day, a manifest's row by that of its outcome; one without any date is named."""
    with open_store(stored) as store:
        put_coach_note(store, "Tom", "caller_named", "2026-11-23", note="slower", done=False, author="Kim")
        rows = [(Message(f"/calls/{name}.wav", name), f"{name}.wav") for name in ("told", "untold")]
        put_outcomes(store, [Outcome("told", callback=True)], rows)
    CliRunner().invoke(cli, ["--db", stored, "purge", "--older-than", "90d", "--yes"])
    assert left(stored)[0] == {"m1", "told", "untold"}
    with open_store(stored) as store:
        assert len(all_coach_notes(store)) == 1
        with store.begin() as connection:
            connection.execute(update(coach_notes).values(changed_utc="2020-01-01T09:00:00+00:00"))
            connection.execute(update(outcomes).values(imported_utc="2020-01-01T09:00:00+00:00"))
    done = CliRunner().invoke(cli, ["--db", stored, "purge", "--older-than", "90d", "--yes"])
    assert "1 message has no date at all" in done.output
    assert left(stored)[0] == {"m1", "untold"}
    with open_store(stored) as store:
        assert all_coach_notes(store) == []


def test_the_web_app_deletes_what_is_due(stored, tmp_path, monkeypatch):
    """When it starts, and then daily; without a period never."""
    from vmaudio.web import Config, create_app
    from vmaudio.web.retention import Daily, delete_due

    app = create_app(Config(db=stored, folder=tmp_path / "web"))
    web = app.state.web
    assert delete_due(web) == 0
    assert left(stored) == ({"m0", "m1"}, 1)
    monkeypatch.setenv("VMAUDIO_RETENTION_DAYS", "90")
    daily = Daily(web)
    daily.start()
    daily.stop()
    assert left(stored) == ({"m1"}, 1)
    web.store.close()


@pytest.mark.parametrize("tone", ["self-check", "all", "off"])
@pytest.mark.parametrize("days", [0, 90])
def test_the_sheet_tells_the_settings_in_force(tone, days):
    """A page that a works council can sign: retention, tone, what is not done."""
    force = {name: setting.default for name, setting in SETTINGS.items()} | {"tone": tone, "retention_days": days}
    text = privacy_sheet(force.__getitem__, version="9.9", database="sqlite:///x", today=NOW.date())
    assert "$" not in text
    assert ("90 days after a message was sent" in text) == (days == 90)
    assert ("**To be agreed.**" in text) == (days == 0)
    assert ("is not measured" in text) == (tone == "off")
    for words in ("No speaker is recognised", "Version 9.9", "2026-11-27", "sqlite:///x", "60 minutes", "Annex III 4(b)"):
        assert words in text
    assert len(text.splitlines()) < 45


def test_the_command_prints_the_sheet(tmp_path):
    """Nothing is opened for it."""
    done = CliRunner().invoke(cli, ["--db", str(tmp_path / "none.sqlite"), "doctor", "--privacy-sheet"])
    assert done.output.startswith("# What vmaudio does with voicemails here")
    assert "none.sqlite" in done.output
    assert not (tmp_path / "none.sqlite").exists()
