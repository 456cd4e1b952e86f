"""The documentation site builds without a warning, leads to every page, and asks nothing of the network."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import vmaudio.errors

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` builds it; warnings are errors."""
    for name in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(name, reason="the documentation's packages are not installed: pip install --group docs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", "--keep-going", "-n", "-b", "html", "-d", folder / "doctrees"]
    done = subprocess.run([*map(str, command), str(DOCS), str(folder / "html")], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


def menus(page: Path) -> set[Path]:
    """The pages in the menus (toctree) of a page, and of those in turn."""
    found: set[Path] = set()
    for block in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line and not line.startswith(":"):
                children = {path.resolve() for path in page.parent.glob(f"{line}.md")}
                assert children, f"{page.name}: {line}"
                found |= children.union(*map(menus, children))
    return found


def test_every_page_is_in_the_menu():
    """Who starts at the first page gets to every other one."""
    assert menus(DOCS / "index.md") == {path.resolve() for path in DOCS.rglob("*.md")} - {DOCS / "index.md"}


def test_the_site_builds_without_a_warning(site):
    """Every page is there as HTML, and the pages outside docs/ are shown in their places."""
    for path in DOCS.rglob("*.md"):
        assert (site / path.relative_to(DOCS).with_suffix(".html")).is_file(), path
    assert "The house in one picture" in (site / "project" / "contributing.html").read_text("utf-8")
    assert 'href="project/samples.html"' in (site / "rep.html").read_text("utf-8")


def test_the_site_asks_nothing_of_the_network(site):
    """No page loads a script, a style, a font or a picture from another server."""
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"'](?:https?:)?//", text), path
        assert not re.findall(r"<link\b[^>]*\bhref=[\"'](?:https?:)?//", text), path
    for path in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import\s)\s*[\"']?(?:https?:)?//", path.read_text("utf-8")), path


def test_every_public_name_is_in_the_reference():
    """docs/api.md has an entry for each name of `vmaudio.__all__`; the errors come with their module."""
    page = (DOCS / "api.md").read_text("utf-8")
    entries = set(re.findall(r"^\.\. auto\w+:: vmaudio\.(?:\w+\.)*(\w+)$", page, flags=re.MULTILINE))
    assert "errors" in entries
    offered = {name: getattr(vmaudio, name) for name in vmaudio.__all__ if name != "__version__"}
    lacking = {name for name in set(offered) - entries if not hasattr(vmaudio.errors, name)}
    assert not lacking, f"give docs/api.md an entry for {', '.join(sorted(lacking))}"


@pytest.mark.parametrize(
    "term",
    [
        "voicing", "dBFS", "SNR", "semitone", "f0", "pause", "phonation", "articulation rate", "speech rate", "vad", "axis",
        "second pass", "hypothesis", "forced scoring", "hallucination", "disfluency", "word error rate", "redaction",
        "recording", "message", "clause", "part", "approach", "unclear", "near-duplicate", "callback", "connect",
        "band", "n/a", "rep baseline", "measure version", "majority baseline", "Brier score", "calibration", "skill",
        "Wilson interval", "fixed effects", "intraclass correlation", "design effect", "misclassification",
        "sequential monitoring", "intention to treat",
    ],
)  # fmt: skip
def test_the_glossary_explains(term):
    """Each term is explained exactly once, as a term of the glossary."""
    assert len(re.findall(rf"^{re.escape(term)}\n: \S", (DOCS / "glossary.md").read_text("utf-8"), flags=re.MULTILINE)) == 1
