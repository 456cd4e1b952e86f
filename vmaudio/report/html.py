"""ReportData in, one self-contained HTML page out. Jinja2 escapes everything; a Content-Security-Policy lets nothing else run.

The page carries its own style and script, and a policy that names their hashes: were a stranger's words ever to get through as
markup, the browser would still run none of it, and fetch nothing.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from vmaudio.experiments import Corrected, rank_words
from vmaudio.plots import FAMILY_NAMES, STYLE, VARIABLES, Rate, percent
from vmaudio.records import clock, counted
from vmaudio.report.data import FeedbackData, PageData, ReportData
from vmaudio.report.message import sent_words
from vmaudio.report.script_words import script_runs, script_sentence
from vmaudio.rubric import how_right

if TYPE_CHECKING:
    from jinja2 import Environment


def _asset(name: str) -> str:
    return resources.files("vmaudio.report.templates").joinpath(name).read_text("utf-8")


@cache
def page_css() -> str:
    """Style of reports, message pages and pictures, light and dark."""
    return VARIABLES + STYLE + _asset("report.css")


@cache
def page_script() -> str:
    """Script of the player, the click-to-hear transcript and the sortable tables. Plain JavaScript, no dependencies."""
    return _asset("report.js")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def policy() -> str:
    """The page's Content-Security-Policy: its own style and script, sound from itself or beside it, nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(page_css())}'; script-src '{_hash(page_script())}'; "
        "media-src data: file: 'self'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def share(value: float | None) -> str:
    """A share as per cent; a dash when there is none.

    Args:
        value: A share, 0 to 1.

    Returns:
        For example "14 %"; a dash for None and NaN.
    """
    return "–" if value is None or not math.isfinite(value) else percent(value)


def whole(value: float | None) -> str:
    """A number without decimals; a dash when there is none.

    Args:
        value: Any number.

    Returns:
        The number without decimals; a dash for None and NaN.
    """
    return "–" if value is None or not math.isfinite(value) else f"{value:.0f}"


def sortable(value: float | None) -> str:
    """A number for sorting by; empty when there is none.

    Args:
        value: Any number.

    Returns:
        The number as a script can sort it; empty for None and NaN.
    """
    return "" if value is None or not math.isfinite(value) else f"{value:.4g}"


def limits(rate: Rate) -> str:
    """A rate's interval: 9 to 21 %.

    Args:
        rate: A rate with its interval.

    Returns:
        For example "9 to 21 %"; empty for n = 0.
    """
    return f"{percent(rate.low).removesuffix(' %')} to {percent(rate.high)}" if rate.n else ""


def seconds(value: float | None) -> str:
    """A time for a data attribute.

    Args:
        value: Seconds.

    Returns:
        The seconds with two decimals; empty for None and NaN.
    """
    return "" if value is None or not math.isfinite(value) else f"{value:.2f}"


def unbroken(value: Any) -> Any:
    """Keep a number and its per cent sign on one line.

    Args:
        value: What a template is about to write.

    Returns:
        Plain text with a no-break space before "%"; anything else unchanged.
    """
    return re.sub(r"(\d) %", "\\1\u00a0%", value) if type(value) is str else value


def date(moment: str) -> str:
    """The day of an ISO 8601 moment: 2 Mar 2026.

    Args:
        moment: An ISO 8601 moment or day.

    Returns:
        For example "2 Mar 2026".
    """
    return sent_words(moment[:10])


def coaches_say(share: Corrected, *, simulated: bool = False) -> str:
    """How often a check is missed as coaches would say it, beside the machine's share.

    Args:
        share: the machine's share, corrected by the messages that coaches judged.
        simulated: some of the coaches are invented.

    Returns:
        For example "31 % of all messages by the machine, 24 % (18 to 30 %) as coaches say it".
    """
    low, mid, high = (f"{100 * value:.0f}" for value in (share.low, share.rate, share.high))
    who = "simulated coaches" if simulated else "coaches"
    return f"{100 * share.machine:.0f} % of all messages by the machine, {mid} % ({low} to {high} %) as {who} say it"


FILTERS: dict[str, Any] = {
    "share": share,
    "whole": whole,
    "sortable": sortable,
    "limits": limits,
    "seconds": seconds,
    "clock": clock,
    "counted": counted,
    "date": date,
    "ranks": rank_words,
    "script_sentence": script_sentence,
    "script_runs": script_runs,
}
"""Filters that the templates use; the web app's environment needs them too."""


@cache
def page_environment() -> Environment:
    """The Jinja environment: escapes everything, and an unknown name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("vmaudio.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=unbroken,
    )
    made.filters.update(FILTERS)
    made.globals["families"] = dict(FAMILY_NAMES)
    return made


def _page(template: str, **context: Any) -> str:
    from markupsafe import Markup

    # our own files, of which neither may close its element early (a test looks)
    return (
        page_environment()
        .get_template(template)
        .render(css=Markup(page_css()), script=Markup(page_script()), policy=policy(), **context)  # noqa: S704
    )


def render_report(data: ReportData) -> str:
    """The team report as one HTML page.

    Args:
        data: What the report says.

    Returns:
        HTML that needs no other file.
    """
    return _page("team.html.j2", data=data)


def render_messages(data: PageData) -> str:
    """A page of one message, or of a few.

    Args:
        data: What the page says.

    Returns:
        HTML that needs no other file.
    """
    return _page("message.html.j2", data=data, right=how_right())


def render_feedback(data: FeedbackData) -> str:
    """A rep's feedback sheet.

    Args:
        data: What the sheet says.

    Returns:
        HTML that needs no other file.
    """
    return _page("rep.html.j2", data=data)
