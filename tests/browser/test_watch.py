"""Do the browser tests notice what they are there to notice?"""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, Watch, axe, sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def alone(browser):
    """A page whose watch is judged by the test itself."""
    context, watch = browser.new_context(viewport=NARROW), Watch()
    watch.on(context)
    yield context.new_page(), watch
    context.close()


def test_errors_and_requests_elsewhere_are_noticed(alone):
    """An exception, a console error and a request to another machine each fail the check; the request does not get out."""
    page, watch = alone
    page.set_content("<p>quiet</p>")
    watch.check()
    page.evaluate("fetch('https://example.com/x').catch(() => {})")
    page.wait_for_timeout(200)
    assert watch.left == ["https://example.com/x"]
    with pytest.raises(AssertionError, match="leave this machine"):
        watch.check()
    watch.left.clear()
    watch.errors.clear()
    page.evaluate("setTimeout(() => { throw new Error('of a page'); })")
    page.wait_for_timeout(200)
    with pytest.raises(AssertionError, match="console"):
        watch.check()


def test_axe_and_the_width_are_really_looked_at(alone):
    """A field without a label and grey on grey are found; so is a page that is wider than its window."""
    page, _ = alone
    page.set_content(
        "<html lang=en><title>t</title><main><h1>t</h1><input><p style='color:#999;background:#aaa'>grey</p>"
        "<div style='width:900px;height:1px'></div></main></html>"
    )
    found = " ".join(axe(page))
    assert "label (critical)" in found
    assert "color-contrast (serious)" in found
    assert sideways(page) > 400
