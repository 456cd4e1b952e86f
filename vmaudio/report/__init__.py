"""Reports: analyses in, files out. Data first (plain dataclasses), HTML last, so that each is tested alone.

`build` sums up a team, `message_view` one message, `feedback` one rep; `render`, `render_messages` and `render_feedback` make
pages of them. `vmaudio.report.table` and `vmaudio.report.files` make tables. The web app shows the same views through the same
templates (`environment`, `css`, `script`).
"""

from __future__ import annotations

from vmaudio.report.build import build
from vmaudio.report.data import FeedbackData, MessageView, OverrideView, PageData, RepeatRow, ReportData
from vmaudio.report.feedback import feedback
from vmaudio.report.files import ReportError
from vmaudio.report.glossary import Glossary
from vmaudio.report.html import css, environment, render, render_feedback, render_messages, script
from vmaudio.report.message import message_view
from vmaudio.report.overrides import by_message, views
from vmaudio.report.pages import message_page, write_messages
from vmaudio.report.tone import shown, without_tone

__all__ = [
    "FeedbackData", "Glossary", "MessageView", "OverrideView", "PageData", "RepeatRow", "ReportData", "ReportError", "build",
    "by_message", "css", "environment", "feedback", "message_page", "message_view", "render", "render_feedback",
    "render_messages", "script", "shown", "views", "without_tone", "write_messages",
]  # fmt: skip
