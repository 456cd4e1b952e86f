"""Pages: self-contained, escaped, the same as the one that was looked at, and light enough to mail."""

import dataclasses
import datetime
import html.parser
import itertools
import re

import pytest

import vmaudio
from tests import goldens
from tests.report.makers import failure, frozen, glossary, labelled, make, team
from vmaudio.records import Flag, Message, Phone, Reason, Span
from vmaudio.report.data import RepeatRow
from vmaudio.report.html import page_css, page_script, policy, render_feedback, render_messages, render_report
from vmaudio.report.message import message_view  # fmt: skip
from vmaudio.report.message_data import OverrideView
from vmaudio.report.pages import message_page
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.repeats import repeat_rows
from vmaudio.report.team import build_report

TODAY = datetime.date(2026, 6, 1)
TEAM, OUTCOMES = frozen()


SCRUBBED = (
    (re.compile(rf"vmaudio {re.escape(vmaudio.__version__)}(?![0-9])"), "vmaudio VERSION"),
    (re.compile(r"sha256-[A-Za-z0-9+/=]{44}"), "sha256-HASH"),
    (re.compile(r"<style>.*?</style>", re.S), "<style>STYLE</style>"),
    (re.compile(r"<script>.*?</script>", re.S), "<script>SCRIPT</script>"),
)


def scrub(text: str) -> str:
    """Take out what changes without the page having changed: version, style and script with their hashes."""
    for pattern, stand_in in SCRUBBED:
        text = pattern.sub(stand_in, text)
    return text


class Page(html.parser.HTMLParser):
    """Elements, attributes and ids of a page; unbalanced elements are kept."""

    VOID = frozenset({"meta", "br", "input", "link", "img", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def team_page(**options) -> str:
    data = build_report(
        TEAM, OUTCOMES, glossary=glossary(), failures=[failure()], repeats=repeat_rows(TEAM), today=TODAY, **options
    )  # fmt: skip
    return render_report(data)


def pages() -> dict[str, str]:
    return {
        "team.html": team_page(),
        "message.html": render_messages(message_page(TEAM[:1], glossary(), outcomes=OUTCOMES, tone=True, today=TODAY)),
        "rep.html": render_feedback(build_rep_sheet(TEAM, TEAM[0].message.rep, OUTCOMES, glossary=glossary(), today=TODAY)),
    }


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages()


@pytest.mark.golden
@pytest.mark.parametrize("name", ["team.html", "message.html", "rep.html"])
def test_the_page_is_the_one_that_was_looked_at(name, made):
    """The page is, but for dates and versions, the accepted one."""
    goldens.check(name, scrub(made[name]))


@pytest.mark.golden
@pytest.mark.parametrize("name", ["team.html", "message.html", "rep.html"])
def test_a_page_asks_nothing_of_the_network(name, made):
    """No element loads anything from elsewhere, and the policy forbids it; own style and script are named by their hash."""
    page = Page(made[name])
    for tag, attributes in page.elements:
        for key in ("src", "href", "action", "srcset", "data", "poster", "xlink:href"):
            value = attributes.get(key)
            assert value is None or value.startswith(("#", "data:")), (tag, key, value)
        assert not [key for key in attributes if key.startswith("on")]
        assert "style" not in attributes
    assert not re.search(r"url\(|@import", page_css())
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|eval\(|innerHTML", page_script())
    rules = next(meta["content"] for meta in page.tags("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert rules == policy()
    assert "default-src 'none'" in rules
    assert "unsafe" not in rules
    assert len(page.tags("script")) == 1


@pytest.mark.golden
@pytest.mark.parametrize("name", ["team.html", "message.html", "rep.html"])
def test_a_page_is_well_built(name, made):
    """Elements close in order, ids are unique, links lead somewhere, headings do not jump, controls have names."""
    page = Page(made[name])
    assert page.wrong == []
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for link in page.tags("a"):
        assert (link.get("href") or "")[1:] in ids
    for _, attributes in page.elements:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert page.tags("html")[0]["lang"] == "en"
    assert all(svg.get("aria-label") or svg.get("aria-hidden") for svg in page.tags("svg"))
    assert all(audio.get("aria-label") or "controls" not in audio for audio in page.tags("audio"))
    assert all(
        attributes.get("aria-label") for _, attributes in page.elements if attributes.get("tabindex") == "0"
    )  # fmt: skip


def test_own_files_do_not_close_their_element():
    """Style and script go into the page unescaped, so neither may hold the end of its element."""
    assert "</" not in page_css()
    assert "</" not in page_script()
    assert "<!--" not in page_script()


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)>{{ 7*7 }}{% raw %}"


def evil_analysis():
    """A record with markup in every text that a stranger may write."""
    row = dict(labelled()[0])
    row["sentences"] = [{"text": EVIL, "part": "reason"}, *row["sentences"]]
    made = make(row, Message(EVIL, message_id=EVIL, rep=EVIL, prospect=EVIL, prospect_name=EVIL, company=EVIL, campaign=EVIL,
                             sent_at=EVIL, notes=EVIL, script=EVIL, extra={EVIL: EVIL}))  # fmt: skip
    checks = tuple(
        dataclasses.replace(check, verdict="fail", evidence=EVIL, tip=EVIL, id=f"{EVIL}{i}", start_s=1.0, end_s=2.0)
        for i, check in enumerate(made.score.checks)
    )
    score = dataclasses.replace(
        made.score, checks=checks, rubric_id=EVIL, callback_probability=0.1, callback_low=0.0, callback_high=0.3, model_id=EVIL,
        reasons=(Reason("a", 1.0, "", 0.1, EVIL),),
    )  # fmt: skip
    phone = Phone(EVIL, EVIL, EVIL, (Span(1.0, 2.0),), 1, 1.0, 1.0, 2.0, True)
    return dataclasses.replace(
        made,
        file_name=EVIL,
        score=score,
        entities=dataclasses.replace(made.entities, phones=(phone,)),
        structure=dataclasses.replace(made.structure, approach=EVIL, approach_probabilities={EVIL: 0.9}),
        tone=dataclasses.replace(made.tone, label=EVIL, axes={EVIL: 0.5}),
        flags=(Flag(EVIL, EVIL, 1.0, 2.0),),
        provenance=dataclasses.replace(
            made.provenance, engine=EVIL, model_ids=(EVIL,), options={EVIL: EVIL}, vmaudio_version=EVIL
        ),
    )


def test_markup_in_any_field_is_text():
    """Markup in transcript, names, files, manifest, evidence, flags and model names makes no element and no template code."""
    made = evil_analysis()
    override = {check.id: OverrideView(EVIL, EVIL, EVIL) for check in made.score.checks}
    plain = dataclasses.replace(make(labelled()[0]), file_name="a.wav")
    view = message_view(made, glossary(), tone=True, overrides=override, why=EVIL, sound=EVIL)
    page = dataclasses.replace(message_page([made], glossary(), tone=True), title=EVIL, views=(view,), notes=(EVIL,))
    repeats = [RepeatRow(EVIL, 2, EVIL, EVIL, EVIL, EVIL)]
    broken = dataclasses.replace(failure(), file_name=EVIL, message=EVIL)
    report = build_report([made], {}, glossary=glossary(), failures=[broken], repeats=repeats, tone=True, sounds=lambda a: EVIL)
    usual = build_report([plain], {}, glossary=glossary(), tone=True)
    for text, most in (
        (render_messages(page), Page(render_messages(message_page([plain], glossary(), tone=True)))),
        (render_report(report), Page(render_report(usual))),
        (render_feedback(build_rep_sheet([made], EVIL, {}, glossary=glossary(), tone=True, sounds=lambda a: EVIL)), None),
    ):
        found = Page(text)
        assert len(found.tags("script")) == 1
        assert found.tags("img") == []
        assert not [1 for _, attributes in found.elements if any(key.startswith("on") for key in attributes)]
        assert found.wrong == []
        assert "alert(1)" in text  # it is there, as text
        assert "49" not in re.findall(r">\s*([^<]*\b7\*7[^<]*)<", text)
        if most is not None:
            assert {tag for tag, _ in found.elements} - {tag for tag, _ in most.elements} <= {
                "audio", "button", "ul", "ol", "li", "details", "summary", "section", "h3", "h4", "dl", "dt", "dd", "div",
                "strong", "figure", "figcaption", "path", "g", "circle", "line", "ins", "del",
            }  # fmt: skip


def test_five_hundred_messages_stay_under_three_megabytes():
    """A report of 500 messages is under 3 MB without sound, and every message is in its table."""
    analyses = [
        dataclasses.replace(a, message=dataclasses.replace(a.message, message_id=f"{a.message.message_id}-{i}"))
        for i in range(32)
        for a in TEAM
    ][:500]
    text = render_report(build_report(analyses, {}, glossary=glossary(), today=TODAY))
    assert len(text.encode()) < 3_000_000
    assert text.count('<td class="nowrap">') == 500


def test_words_and_checks_carry_their_second(made):
    """Every word of the transcript and every check with a place has the second to play, in order."""
    page = Page(made["message.html"])
    spans = [a for a in page.tags("span") if (a.get("class") or "").split()[:1] == ["w"]]
    starts = [float(span["data-start"] or "nan") for span in spans]
    assert starts == pytest.approx([word.start_s for word in TEAM[0].transcript.words], abs=0.006)
    assert starts == sorted(starts)
    seeks = [a for a in page.tags("button") if a.get("class") == "seek"]
    checks, first = TEAM[0].score.checks, message_view(TEAM[0], glossary()).failed[:3]  # these stand at the top once more
    assert len(seeks) == sum(check.start_s is not None for check in (*checks, *first)) + len(
        [flag for flag in TEAM[0].flags if flag.start_s is not None]
    )


def test_a_players_sound_is_only_where_it_was_given(made):
    """Without sound there is no player; with it the player has it."""
    assert Page(made["message.html"]).tags("audio") == []
    sound = "data:audio/mpeg;base64,AAAA"
    text = render_messages(message_page(TEAM[:1], glossary(), sounds=lambda analysis: sound, today=TODAY))
    assert [audio["src"] for audio in Page(text).tags("audio")] == [sound]


def test_tone_is_on_a_page_only_with_leave(made):
    """The word of delivery and its axes are on the rep's page when allowed, and on no page when not."""
    assert "How it sounds" in made["message.html"]
    assert "How it sounds" not in made["team.html"]
    assert "How it sounds" not in render_messages(message_page(TEAM[:1], glossary(), today=TODAY))


def test_every_use_of_simulated_outcomes_says_so():
    """Each place of the team page that shows callbacks carries the word simulated."""
    analyses, outcomes = team(40)
    text = render_report(build_report(analyses, outcomes, glossary=glossary(), today=TODAY))
    for part in (
        "<h1>",
        'class="notice"',
        "Called back (simulated)",
        "Picture of callbacks by approach",
        "Share called back (simulated) by pace",
    ):
        at = text.index(part)
        assert "simulat" in text[at : at + 400], part


def test_a_persons_verdict_stands_beside_the_machines():
    """An override is shown with its reason and author; the machine's verdict and the points stay."""
    check = next(c for c in TEAM[0].score.checks if c.verdict == "fail")
    override = {check.id: OverrideView("pass", "she said it before the beep", "coach")}
    view = message_view(TEAM[0], glossary(), overrides=override)
    assert view.points == TEAM[0].score.points
    shown = next(c for c in view.failed if c.id == check.id)
    assert shown.override == override[check.id]
    page = dataclasses.replace(message_page(TEAM[:1], glossary()), views=(view,))
    assert "A person says <strong>pass</strong>: she said it before the beep" in render_messages(page)
