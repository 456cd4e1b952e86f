"""Times as exports write them, the zone of a bare date, and the hours that a clock change makes doubtful."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.errors import TableError
from vmaudio.intake.manifest import load_manifest, read_crm_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.outcomes.joining import join_outcomes
from vmaudio.intake.tables.dates import parse_date_time, read_when
from vmaudio.intake.tables.durations import parse_duration_s
from vmaudio.intake.tables.zones import clock_change

PACIFIC = ZoneInfo("America/Los_Angeles")
MOMENT = datetime.datetime(2026, 5, 5, 9, 12, tzinfo=PACIFIC)

FORMS = [
    "2026-05-05 9:12", "2026-05-05 09:12 AM", "2026-05-05T09:12", "2026-05-05 16:12 UTC", "2026-05-05 16:12 GMT",
    "2026-05-05T16:12:00Z", "2026-05-05T16:12:00.000+0000", "2026-05-05 09:12:00 -07:00", "2026-05-05 09:12:00-07",
    "2026-05-05 09:12 PDT", "2026-05-05 09:12 (PDT)", "2026-05-05 12:12 EDT", "2026-05-05 9:12 am PT",
    "2026-05-05 09:12 GMT-7", "2026-05-05 09:12 UTC-07:00", "2026-05-05 9:12 Pacific Daylight Time", "5-May-26 9:12",
    "05-May-2026 09:12", "5 May 2026 9:12 AM", "May 5, 2026 at 9:12 AM", "May 5, 2026, 9:12 a.m.", "5th May 2026 09:12",
    "Tue, 5 May 2026 09:12:00 -0700", "Tue, 05 May 2026 16:12:00 GMT", "Tue, 5 May 2026 09:12:00 -0700 (PDT)",
    "Tuesday, May 5, 2026 9:12 AM", "Tue May  5 09:12:00 2026", "Tue May 05 2026 09:12:00 GMT-0700 (Pacific Daylight Time)",
    "5/5/2026 9:12 AM", "5/5/26, 9:12 AM", "9:12 AM 5/5/2026", "05.05.2026 09:12 Uhr", "2026/05/05 09:12", "20260505T161200Z",
    "20260505091200", "1777997520", "1777997520000", "1777997520.0", "46147.3833333333", "2026-05-05 09:12\u202fAM",
    "Tue 5/5/2026 9:12a",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_a_moment_is_read_in_every_form(text: str) -> None:
    """All the ways in which exports write one moment are that moment."""
    assert parse_date_time(text, PACIFIC, "mdy") == MOMENT


@pytest.mark.parametrize(
    "text", ["2026-05-05", "5-May-26", "5/5/2026", "5.5.26", "May 5, 2026", "20260505", "46147", "2026/5/5", "Tue, May 5 2026"]
)
def test_a_day_is_a_day(text: str) -> None:
    """A date without a time is known to be a day only."""
    found = read_when(text, PACIFIC, None)
    assert found is not None
    assert (found.at.date(), found.day_only, found.local) == (datetime.date(2026, 5, 5), True, True)


@pytest.mark.parametrize(
    "text",
    ["2026-05-05 09:12 CET", "2026-05-05 9:72", "Mon, 5 May 2026", "5-Foo-26", "9:12 AM", "2026", "123456", "2026-05-05 25:00",
     "2026-05-05 14:05 AM", "yesterday", "1850-01-01", "2026-05-05 09:12 +27:00", "May 2026"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    """A weekday that is not the date's, a zone that nobody set and a date that is none are faults, not guesses."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text differs by the kind of fault
        parse_date_time(text, PACIFIC, "mdy")


def test_an_american_zone_is_read_only_where_the_setting_is_american() -> None:
    """PDT under UTC or in Europe is not guessed; the cure names the option."""
    for zone in (datetime.UTC, ZoneInfo("Europe/Berlin")):
        with pytest.raises(ValueError, match="--timezone"):
            parse_date_time("2026-05-05 09:12 PDT", zone, None)


def test_a_weekday_tells_day_from_month() -> None:
    """Wed 5/6/2026 can only be the sixth of May."""
    assert parse_date_time("Wed 5/6/2026", PACIFIC, None) == datetime.datetime(2026, 5, 6, tzinfo=PACIFIC)


moments = st.datetimes(datetime.datetime(1990, 1, 2), datetime.datetime(2099, 12, 30)).map(lambda at: at.replace(microsecond=0))


@settings(deadline=None, max_examples=300)
@given(moments, st.sampled_from(["America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC"]), st.data())
def test_any_moment_comes_back_from_any_form(at: datetime.datetime, name: str, data: st.DataObject) -> None:
    """A local time written in any of the usual forms is read as that time in the setting's zone."""
    zone = ZoneInfo(name)
    twelve = f"{at.hour % 12 or 12}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"
    form = data.draw(
        st.sampled_from(
            [
                at.isoformat(), at.isoformat(" "), f"{at:%Y-%m-%d} {twelve}", f"{at.month}/{at.day}/{at.year} {twelve}",
                f"{at:%d-%b-%Y %H:%M:%S}", f"{at:%B} {at.day}, {at.year} at {twelve}", f"{at:%a %b %d %H:%M:%S %Y}",
                f"{at:%A, %d %B %Y} {twelve}", f"{at:%Y/%m/%d %H:%M:%S}", f"{at:%Y%m%dT%H%M%S}", f"{at:%H:%M:%S %Y-%m-%d}",
            ]
        )
    )  # fmt: skip
    assert parse_date_time(form, zone, "mdy") == at.replace(tzinfo=zone)


@settings(deadline=None, max_examples=200)
@given(moments, st.integers(-12 * 4, 14 * 4))
def test_an_offset_is_kept(at: datetime.datetime, quarters: int) -> None:
    """ISO 8601 and RFC 2822 with any offset are the same instant, whatever the setting says."""
    there = at.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=15 * quarters)))
    for form in (there.isoformat(), there.isoformat(" "), format_datetime(there), f"{there:%Y-%m-%d %H:%M:%S %z}"):
        found = parse_date_time(form, PACIFIC, None)
        assert found == there
        assert found.utcoffset() == there.utcoffset()


@settings(deadline=None, max_examples=200)
@given(moments)
def test_numbers_are_moments(at: datetime.datetime) -> None:
    """Unix seconds and milliseconds are UTC, Excel's days are local."""
    seconds = int(at.replace(tzinfo=datetime.UTC).timestamp())
    if seconds >= 10**9:
        assert parse_date_time(str(seconds), PACIFIC, None) == at.replace(tzinfo=datetime.UTC)
        assert parse_date_time(f"{seconds}000", PACIFIC, None) == at.replace(tzinfo=datetime.UTC)
    days = (at - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
    assert parse_date_time(f"{days:.8f}", PACIFIC, None) == at.replace(tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:01:35", 95.0), ("1:35", 95.0), ("95", 95.0), ("95.0", 95.0), ("95 s", 95.0), ("1m 35s", 95.0), ("1 min 35 sec", 95.0),
     ("PT1M35S", 95.0), ("0:00:00", 0.0), ("1:00:00", 3600.0), ("", None), ("N/A", None)],
)  # fmt: skip
def test_durations(text: str, seconds: float | None) -> None:
    """Durations as dialers write them are seconds."""
    assert parse_duration_s(text) == seconds
    with pytest.raises(ValueError, match="no duration"):
        parse_duration_s("soon")
    assert parse_duration_s("95000", milliseconds=True) == 95.0


@given(st.integers(0, 86399))
def test_any_duration_comes_back(seconds: int) -> None:
    """Hours, minutes and seconds in figures or with letters are the same duration."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    for text in (f"{hours:02d}:{minutes:02d}:{rest:02d}", f"{hours}h {minutes}m {rest}s", str(seconds)):
        assert parse_duration_s(text) == seconds


def tables(folder: Path, listed: str, outcomes: str) -> tuple[Path, Path]:
    (folder / "m.csv").write_text(listed, "utf-8")
    (folder / "o.csv").write_text(outcomes, "utf-8")
    return folder / "m.csv", folder / "o.csv"


@pytest.mark.parametrize("setting", ["UTC", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_bare_date_is_a_day_where_the_message_was_left(tmp_path: Path, setting: str) -> None:
    """A callback dated like its message is on that day west of UTC too, whatever the setting; the day before is not."""
    listed, outcomes = tables(
        tmp_path, "message_id,sent_at\nc2,2026-05-04T18:20:00-07:00\n", "message_id,callback,callback_at\nc2,yes,2026-05-04\n"
    )
    sends = read_crm_manifest(listed, timezone=setting)
    matched = join_outcomes(read_outcomes(outcomes, timezone=setting), sends)
    assert matched.outcomes["c2"].callback_at == "2026-05-04T23:59:59-07:00"
    outcomes.write_text("message_id,callback,callback_at\nc2,yes,2026-05-05\n", "utf-8")
    matched = join_outcomes(read_outcomes(outcomes, timezone=setting), sends)
    assert matched.outcomes["c2"].callback_at == "2026-05-05T00:00:00-07:00"
    outcomes.write_text("message_id,callback,callback_at\nc2,yes,2026-05-03\n", "utf-8")
    with pytest.raises(TableError, match="is before the message was left"):
        join_outcomes(read_outcomes(outcomes, timezone=setting), sends)


def test_a_message_in_utc_takes_the_settings_zone(tmp_path: Path) -> None:
    """An export in UTC says nothing of the place: there a bare date is a day in the setting's zone."""
    listed, outcomes = tables(
        tmp_path, "message_id,sent_at\nc2,2026-05-05T01:20:00Z\n", "message_id,callback,callback_at\nc2,yes,2026-05-04\n"
    )
    zone = "America/Los_Angeles"
    matched = join_outcomes(read_outcomes(outcomes, timezone=zone), read_crm_manifest(listed, timezone=zone))
    assert matched.outcomes["c2"].callback_at == "2026-05-04T23:59:59-07:00"


def test_a_callback_just_before_its_message_names_the_setting(tmp_path: Path) -> None:
    """When times of two zones may be the reason, the error names the option that helps."""
    listed, outcomes = tables(
        tmp_path, "message_id,sent_at\nc2,2026-05-04T18:20:00-07:00\n", "message_id,callback_at\nc2,2026-05-04 19:00\n"
    )
    with pytest.raises(TableError, match="--timezone"):
        join_outcomes(read_outcomes(outcomes), read_crm_manifest(listed))


def test_clock_changes() -> None:
    """The hour that is there twice and the one that is not there are told; UTC has neither."""
    assert clock_change(datetime.datetime(2026, 11, 1, 1, 30), PACIFIC) == "doubled"
    assert clock_change(datetime.datetime(2026, 3, 8, 2, 30), PACIFIC) == "missing"
    assert clock_change(datetime.datetime(2026, 3, 8, 3, 30), PACIFIC) is None
    assert clock_change(datetime.datetime(2026, 11, 1, 1, 30), datetime.UTC) is None


def test_doubtful_hours_are_kept_counted_and_told_apart_by_their_zone(tmp_path: Path) -> None:
    """Times in a clock change are kept with a warning and their lines; PST and PDT tell which of the two hours it was."""
    listed, _ = tables(
        tmp_path,
        "message_id,sent_at\na,2026-11-01 01:30\nb,2026-03-08 02:30\nc,2026-11-01 01:30 PST\nd,2026-11-01 01:30 PDT\n"
        "e,2026-05-05 09:12\n",
        "",
    )
    read = load_manifest(listed, timezone="America/Los_Angeles")
    assert [send.message.sent_at for send in read.sends[2:4]] == ["2026-11-01T01:30:00-08:00", "2026-11-01T01:30:00-07:00"]
    assert len(read.sends) == 5
    doubled, missing = read.rows.warnings()
    assert doubled == "sent_at: 1 time in the hour that the clocks went through twice, read as the first (line 2)"
    assert missing == "sent_at: 1 time in the hour that the clocks left out, read as before the change (line 3)"


def test_date_and_time_in_two_columns(tmp_path: Path) -> None:
    """A dialer's call date and call time are one moment."""
    listed, _ = tables(tmp_path, "Call ID,Call Date,Call Time\n12345678,5/14/2026,09:12 AM\n", "")
    assert read_crm_manifest(listed)[0].message.sent_at == "2026-05-14T09:12:00+00:00"


def test_a_zone_of_an_area_code_is_not_used(tmp_path: Path) -> None:
    """VICIdial's gmt_offset_now is guessed from the area code: the setting's zone counts."""
    listed, _ = tables(tmp_path, "uniqueid,call_date,gmt_offset_now\n1.1,2026-05-14 09:12:00,-5.00\n", "")
    assert read_crm_manifest(listed, timezone="America/Denver")[0].message.sent_at == "2026-05-14T09:12:00-06:00"
