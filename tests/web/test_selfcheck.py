"""The self-check: upload, progress, scorecard, takes, keep and delete."""

from __future__ import annotations


def test_an_upload_becomes_a_scorecard_with_a_player(site):
    """A recording is analysed, its page shows score and words, and its sound can be heard."""
    job = site.checked(rep="Tom Becker")
    assert job["state"] == "done"
    page = site.get(job["url"]).text
    assert "lease" in page
    assert 'class="big"' in page
    assert f'src="{job["audio"]}"' in page
    assert site.get(job["audio"]).headers["content-type"] == "audio/wav"
