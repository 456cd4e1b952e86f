"""The tables, as SQLAlchemy Core. What is filtered or sorted by has a column; the rest travels as JSON.

A change needs a migration in ``migrations/versions`` and a new `HEAD`; a test compares the two."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.sql import false
from sqlalchemy.types import TypeDecorator

HEAD = "0016"
"""Revision that this code reads and writes."""

_TO_PRIVATE = {0xDC80 + i: 0xF780 + i for i in range(128)}
_FROM_PRIVATE = {private: half for half, private in _TO_PRIVATE.items()}


class PathText(TypeDecorator[str]):
    """A path or a sentence with one in it.

    A name that is no UTF-8 (Latin-1, from an old archive) comes from the system with half surrogates, which no database takes:
    they are kept as private characters, U+F780 to U+F7FF, and come back as they were, so that the file is found again.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Make a path storable.

        Args:
            value: the path, perhaps with half surrogates.
            dialect: of the database.

        Returns:
            The text for the database.
        """
        return value if value is None or value.isascii() else value.translate(_TO_PRIVATE)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Read a path back.

        Args:
            value: the text in the database.
            dialect: of the database.

        Returns:
            The path as it was.
        """
        return value if value is None else stored_path(value)


def stored_path(text: str) -> str:
    """A path as it was, of its text in the database.

    Args:
        text: as `PathText` stores it.

    Returns:
        The path, perhaps with half surrogates.
    """
    return text if text.isascii() else text.translate(_FROM_PRIVATE)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

recordings = Table(
    "recordings",
    metadata,
    Column("recording_id", String(64), primary_key=True),  # SHA-256 of the bytes
    Column("duration_s", Float, nullable=False),
    Column("first_seen_utc", String(32), nullable=False),
)

contours = Table(  # see `vmaudio.store.contour_rows`
    "contours",
    metadata,
    Column("recording_id", String(64), ForeignKey("recordings.recording_id"), primary_key=True),
    Column("levels", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("message_id", String(200), primary_key=True),
    Column("recording_id", String(64), ForeignKey("recordings.recording_id")),
    Column("source", PathText, nullable=False),
    Column("file_name", PathText, nullable=False),
    Column("rep", Text),
    Column("prospect", Text),
    Column("prospect_name", Text),
    Column("company", Text),
    Column("sent_at", String(40)),
    Column("campaign", Text),
    Column("channel", Text),
    Column("caller_id", Text),
    Column("notes", Text),
    Column("script", Text),
    Column("audio_channel", String(8)),  # the rep's: left, right, 1, 2
    Column("audio_message", String(8)),  # which of several messages in the file, from 1; NULL is the last
    Column("extra", JSON, nullable=False),
    Index("ix_messages_rep_sent_at", "rep", "sent_at"),
    Index("ix_messages_sent_at", "sent_at"),
    Index("ix_messages_campaign", "campaign"),
    Index("ix_messages_prospect", "prospect"),
    Index("ix_messages_recording_id", "recording_id"),
    Index("ix_messages_file_name", "file_name"),
    Index("ix_messages_source", "source"),
)

analyses = Table(
    "analyses",
    metadata,
    Column("analysis_id", Integer, primary_key=True, autoincrement=True),
    Column("recording_id", String(64), ForeignKey("recordings.recording_id"), nullable=False),
    Column("key", String(16), nullable=False),  # digest of engine with options, feature schema and models
    Column("engine", Text, nullable=False),
    Column("feature_schema", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("approach", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Column("body", JSON, nullable=False),
    # versions of the measuring stages, as `versions_text` writes them; NULL for rows of before they were stored
    Column("measure_versions", Text),
    UniqueConstraint("recording_id", "key"),
    Index("ix_analyses_approach", "approach"),
)

scores = Table(
    "scores",
    metadata,
    Column("message_id", String(200), ForeignKey("messages.message_id"), primary_key=True),
    Column("analysis_id", Integer, ForeignKey("analyses.analysis_id"), nullable=False),
    Column("rubric_id", Text, nullable=False),
    Column("points", Float),
    Column("band", String(16), nullable=False),
    Column("baseline_id", String(32)),
    Column("body", JSON, nullable=False),  # the Score
    Column("flags", JSON, nullable=False),  # all flags of the message, those of its context included
    Index("ix_scores_points", "points"),
    Index("ix_scores_analysis_id", "analysis_id"),
)

verdicts = Table(  # the checks of a score once more, one row each: a team filters by them
    "verdicts",
    metadata,
    Column("message_id", String(200), ForeignKey("messages.message_id"), primary_key=True),
    Column("check_id", String(100), primary_key=True),
    Column("verdict", String(8), nullable=False),
    Index("ix_verdicts_check_id_verdict", "check_id", "verdict"),
)

report_rows = Table(  # see `vmaudio.store.narrow_rows`
    "report_rows",
    metadata,
    Column("message_id", String(200), ForeignKey("messages.message_id"), primary_key=True),
    Column("changed", Float, nullable=False),  # seconds since the epoch
    Column("rubric_id", Text, nullable=False),
    Column("points", Float),
    Column("band", String(16), nullable=False),
    Column("approach", String(32), nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("pace_wpm", Float),
    Column("pitch_hz", Float),
    Column("forecast", Float),
    Column("forecast_simulated", Boolean, nullable=False),
    Column("marks", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Index("ix_report_rows_changed", "changed"),
)

practice_attempts = Table(  # of drills; shown to whoever made them alone
    "practice_attempts",
    metadata,
    Column("attempt_id", Integer, primary_key=True, autoincrement=True),
    Column("owner", String(120), nullable=False),  # a user, or a browser where there are no users
    Column("rep", Text),  # the name under which the rep practised; for `forget --rep`
    Column("drill", String(64), nullable=False),
    Column("passed", Boolean),  # NULL: could not be judged
    Column("evidence", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Index("ix_practice_attempts_owner", "owner"),
)

coach_notes = Table(
    "coach_notes",
    metadata,
    Column("rep", String(400), primary_key=True),
    Column("check_id", String(100), primary_key=True),
    Column("week", String(10), primary_key=True),  # its Monday
    Column("note", Text, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    Column("changed_utc", String(32), nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("source", PathText, primary_key=True),
    Column("file_name", PathText, nullable=False),
    Column("stage", String(32), nullable=False),
    Column("error", Text, nullable=False),
    Column("message", PathText, nullable=False),
    Column("created_utc", String(32), nullable=False),
)

labels = Table(
    "labels",
    metadata,
    Column("label_id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),  # part, approach, or a tone axis as tone:lively
    Column("text_key", String(64), nullable=False),  # SHA-256 of the normalised text: a new transcript orphans nothing
    Column("text", Text, nullable=False),
    Column("position", Integer, nullable=False),  # of the clause in the message; -1 for the whole message
    Column("label", String(32), nullable=False),
    Column("annotator", Text, nullable=False),
    Column("message_id", String(200)),
    Column("rep", Text),
    Column("created_utc", String(32), nullable=False),
    Column("adjudicated", Boolean, nullable=False, default=False, server_default=false()),  # decides between annotators
    UniqueConstraint("message_id", "kind", "text_key", "position", "annotator"),
)

labelled_texts = Table(
    "labelled_texts",
    metadata,
    Column("message_id", String(200), primary_key=True),
    Column("text_key", String(64), primary_key=True),  # as in labels
    Column("annotator", Text, primary_key=True),
    Column("pieces", JSON, nullable=False),  # texts of all pieces as this person cut them, labelled or not
    Column("rep", Text),
    Column("prospect", Text),
    Column("file", PathText),
    Column("recognised", Text),
    Column("created_utc", String(32), nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("message_id", String(200), ForeignKey("messages.message_id"), primary_key=True),
    Column("check_id", String(100), primary_key=True),
    Column("verdict", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
)

coach_verdicts = Table(  # given blind; no score follows from them
    "coach_verdicts",
    metadata,
    Column("message_id", String(200), ForeignKey("messages.message_id"), primary_key=True),
    Column("check_id", String(100), primary_key=True),
    Column("coach", String(200), primary_key=True),
    Column("verdict", String(8), nullable=False),
    Column("simulated", Boolean, nullable=False, default=False, server_default=false()),
    Column("created_utc", String(32), nullable=False),
)

clips = Table(  # of the library: pieces of messages, and whole messages that were starred
    "clips",
    metadata,
    Column("clip_id", Integer, primary_key=True, autoincrement=True),
    Column("message_id", String(200), ForeignKey("messages.message_id"), nullable=False),
    Column("recording_id", String(64), nullable=False),  # in which the seconds are counted
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("whole", Boolean, nullable=False),  # the message was starred
    Column("comment", Text, nullable=False),
    Column("check_id", String(100)),  # what it shows; NULL: no check in particular
    Column("author", Text, nullable=False),
    Column("released", Boolean, nullable=False),  # the whole team may see it
    Column("created_utc", String(32), nullable=False),
    Index("ix_clips_message_id", "message_id"),
    Index("ix_clips_check_id", "check_id"),
)

playlists = Table(
    "playlists",
    metadata,
    Column("playlist_id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False),
    Column("author", Text, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("created_utc", String(32), nullable=False),
)

playlist_clips = Table(
    "playlist_clips",
    metadata,
    Column("playlist_id", Integer, ForeignKey("playlists.playlist_id"), primary_key=True),
    Column("clip_id", Integer, ForeignKey("clips.clip_id"), primary_key=True),
    Column("position", Integer, nullable=False),  # gaps are no harm
    Index("ix_playlist_clips_clip_id", "clip_id"),
)

calibration_rounds = Table(  # samples that coaches score blind, each coach the same one
    "calibration_rounds",
    metadata,
    Column("round_id", Integer, primary_key=True, autoincrement=True),
    Column("seed", Integer, nullable=False),
    Column("checks", JSON, nullable=False),  # ids, in the order in which they are asked
    Column("author", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
)

calibration_messages = Table(
    "calibration_messages",
    metadata,
    Column("round_id", Integer, ForeignKey("calibration_rounds.round_id"), primary_key=True),
    Column("message_id", String(200), ForeignKey("messages.message_id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index("ix_calibration_messages_message_id", "message_id"),
)

override_log = Table(  # every override given and taken back, so that it is known who changed what
    "override_log",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=True),
    Column("message_id", String(200), nullable=False),
    Column("check_id", String(100), nullable=False),
    Column("verdict", String(8)),  # NULL: taken back
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Index("ix_override_log_message_id", "message_id"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("message_id", String(200), primary_key=True),
    Column("callback", Boolean),
    Column("callback_at", String(40)),
    Column("reply", Boolean),
    Column("connect", Boolean),
    Column("sale", Boolean),
    Column("complaint", Boolean),
    Column("wrong_person", Boolean),
    Column("cost", Float),
    Column("touches", Integer),
    Column("as_of", String(40)),  # when the CRM was exported
    Column("simulated", Boolean, nullable=False),
    Column("imported_utc", String(32), nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("plan_id", String(64), primary_key=True),
    Column("prospect", String(200), primary_key=True),
    Column("arm", Text, nullable=False),
    Column("rep", Text),
    Column("position", Integer, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Column("probabilities", JSON),  # with which chance chose, by arm; NULL where the arms were balanced
    Column("batch", Integer),  # prospects that were assigned together; NULL is the first
)

looks = Table(  # how often a comparison was looked at
    "looks",
    metadata,
    Column("comparison", String(64), primary_key=True),  # SHA-256 of its definition: by, outcome, arms, window, filters
    Column("data", String(64), primary_key=True),  # SHA-256 of what was seen: messages and events by arm
    Column("times", Integer, nullable=False),
    Column("expected", Integer),  # messages expected in the end, as --expect said
    Column("first_utc", String(32), nullable=False),
    Column("last_utc", String(32), nullable=False),
)

baselines = Table(
    "baselines",
    metadata,
    Column("baseline_id", String(32), primary_key=True),
    Column("rep", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Index("ix_baselines_rep", "rep"),
)

claimed = Table(
    "claims",
    metadata,
    Column("source", PathText, primary_key=True),
    Column("holder", String(120), nullable=False),  # host|process|chance: a run
    Column("until", Float, nullable=False),  # seconds since the epoch
    Index("ix_claims_holder", "holder"),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=True),
    Column("command", Text, nullable=False),
    Column("started_utc", String(32), nullable=False),
    Column("ended_utc", String(32)),
    Column("analysed", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("summary", JSON),  # how tables were read, where the run read some
)

users = Table(
    "users",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=True),
    Column("name_key", String(200), nullable=False),  # the name without case: two users cannot differ by it alone
    Column("name", String(200), nullable=False),
    Column("email", String(320)),  # in small letters; a single sign-on finds the user by it
    Column("role", String(16), nullable=False),
    Column("rep", String(400)),  # whose messages are theirs
    Column("password_hash", Text),  # argon2; NULL until the invitation was accepted
    Column("invite_hash", String(64)),  # SHA-256 of the token of an open invitation
    Column("invite_until", Float),  # seconds since the epoch
    Column("epoch", Integer, nullable=False),  # sessions of another one have ended; begins with chance
    Column("disabled", Boolean, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Column("seen_utc", String(32)),
    UniqueConstraint("name_key"),
    UniqueConstraint("email"),
    Index("ix_users_invite_hash", "invite_hash"),
    sqlite_autoincrement=True,  # a number is never given to another user, as the log has it
)

audit_log = Table(  # who looked, changed, exported and forgot; see `vmaudio.store.audit_rows`
    "audit_log",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=True),
    Column("at_utc", String(32), nullable=False),
    Column("user_id", Integer),  # no foreign key: entries outlive their user
    Column("who", String(200), nullable=False),
    Column("action", String(32), nullable=False),
    Column("kind", String(16), nullable=False),  # of the subject: message, rep, user, or nothing
    Column("subject", String(400)),  # an id or a name; NULL once it was forgotten
    Index("ix_audit_log_at_utc", "at_utc"),
    Index("ix_audit_log_kind_subject", "kind", "subject"),
)
