"""Make the pictures of one message and of a team for these pages.

    vmaudio --db samples.sqlite batch --manifest samples/manifest.csv
    vmaudio --db samples.sqlite outcomes import samples/outcomes.csv
    python docs/make_images.py samples.sqlite

The message is one of the samples; the team has 120 invented messages, made anew from the labelled texts (the makers of the
report's tests). SVG pictures come from vmaudio.plots. Pages are photographed with Debian's chromium, where it is installed.
The team report and the web app are photographed by ``make_screens.py``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from vmaudio.features import CATALOGUE
from vmaudio.plots.message import message_picture
from vmaudio.plots.theme import standalone
from vmaudio.records import Analysis, Outcome
from vmaudio.report.glossary import PART_NAMES, Glossary
from vmaudio.report.html import render_feedback, render_messages
from vmaudio.report.pages import message_page
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.repeats import repeat_rows
from vmaudio.report.team import build_report
from vmaudio.rubric.load import load_rubric
from vmaudio.store.outcome_rows import all_outcomes
from vmaudio.store.store import open_store

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"


def photograph(page: str, target: Path, *, width: int = 1100, height: int = 1200) -> None:
    """Save a picture of the upper part of a page."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print(f"{target.name}: no chromium here, left as it is")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        subprocess.run(  # noqa: S603 - our own page, no shell
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                f"--user-data-dir={folder}/profile", f"--window-size={width},{height}", f"--screenshot={target}", file.as_uri(),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip


def make(analyses: list[Analysis], outcomes: dict[str, Outcome], message_id: str, rep: str) -> None:
    """Write every picture: one of the stored messages, and the invented team."""
    sys.path.insert(0, str(ROOT))  # the tests are no part of the package
    from tests.report.makers import team as invented_team

    IMAGES.mkdir(exist_ok=True)
    glossary = Glossary.of(load_rubric(), CATALOGUE.values())
    one = next(analysis for analysis in analyses if analysis.message.message_id == message_id)
    (IMAGES / "message.svg").write_text(standalone(message_picture(one, part_names=dict(PART_NAMES))), "utf-8")
    photograph(render_messages(message_page([one], glossary, outcomes=outcomes)), IMAGES / "message.png", height=1180)

    invented, simulated = invented_team()
    team = build_report(invented, simulated, glossary=glossary, repeats=repeat_rows(invented, simulated))
    for name in ("scores", "approaches"):
        picture = getattr(team.pictures, name)
        if picture:
            (IMAGES / f"{name}.svg").write_text(standalone(picture.svg), "utf-8")
    photograph(
        render_feedback(build_rep_sheet(invented, rep, simulated, glossary=glossary)), IMAGES / "feedback.png", height=1480
    )


def main() -> None:
    """Read the store and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    parser.add_argument("--message", default="s22", help="of the samples")
    parser.add_argument("--rep", default="Finn O’Leary", help="of the invented team")
    given = parser.parse_args()
    store = open_store(given.store)
    make(list(store.analyses()), all_outcomes(store), given.message, given.rep)


if __name__ == "__main__":
    main()
