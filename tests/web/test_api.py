"""OpenAPI, health and the twins: what is described is what is answered."""

from __future__ import annotations

import hashlib
import json

import jsonschema
import pytest
from fastapi.testclient import TestClient

from tests.web import fakes, stock
from vmaudio.audio.encode import PlayerCopies, main
from vmaudio.records import Analysis
from vmaudio.web.schemas import AnalysisModel, model_of


def test_every_page_has_a_twin(calm):
    """Each page that a visitor sees has the same path with .json, and it is in the OpenAPI document."""
    paths = calm.get("/openapi.json").json()["paths"]
    twins = {"/team.json", "/outcomes.json", "/rubric.json", "/jobs/{job_id}.json", "/message/{message_id}.json", "/health"}
    assert twins <= set(paths)
    for path, methods in paths.items():
        for method, described in methods.items():
            good = next((answer for status, answer in described["responses"].items() if status.startswith("2")), None)
            assert good is not None, f"{method} {path}"
            if not path.endswith("/audio"):
                schema = good["content"]["application/json"]["schema"]
                assert schema, f"{method} {path} has no response model"


def test_what_is_described_is_what_is_answered(site):
    """Every twin's answer fits the schema that the OpenAPI document gives for it."""
    stock.fill(site.store, 3)
    job = site.checked()
    document = site.get("/openapi.json").json()
    answers = {
        "/team.json": "/team.json", "/outcomes.json": "/outcomes.json", "/rubric.json": "/rubric.json", "/health": "/health",
        "/jobs/{job_id}.json": f"{job['url']}.json", "/message/{message_id}.json": "/message/m1.json",
    }  # fmt: skip
    for described, asked in answers.items():
        schema = document["paths"][described]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(site.get(asked).json(), {**schema, "components": document["components"]})


def test_records_and_their_models_agree():
    """The model made of a record takes the record's JSON, gives it back unchanged, and refuses what lacks a field."""
    data = stock.made(1).to_dict()
    assert AnalysisModel.model_validate(data).model_dump(mode="json", by_alias=True) == json.loads(json.dumps(data))
    assert model_of(Analysis) is AnalysisModel
    del data["transcript"]
    with pytest.raises(ValueError, match="transcript"):
        AnalysisModel.model_validate(data)


def test_health_says_nothing_of_anybody(calm):
    """Health names the worker's state and the queue, nothing else."""
    assert set(calm.get("/health").json()) == {"status", "version", "worker", "waiting", "queue"}


def test_errors_come_as_they_were_asked_for(calm):
    """A program gets an error as JSON, a browser as a page with the way back."""
    assert calm.get("/nowhere.json", 404).json() == {"error": "There is no such page.", "status": 404}
    assert calm.get("/nowhere", 404, headers={"accept": "application/json"}).json()["status"] == 404
    page = calm.get("/nowhere", 404, headers={"accept": "text/html"}).text
    assert "There is no such page." in page
    assert 'href="/"' in page
    calm.get("/jobs/x", 404)
    assert calm.client.delete("/team").status_code == 405


def test_static_files_are_cached_by_their_content(calm):
    """A static file with the figure of its content may be kept for ever; without, it is asked for again."""
    page = calm.get("/").text
    url = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = calm.get(url)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    assert calm.get("/static/style.css").headers["cache-control"] == "no-cache"
    assert calm.get(url, 304, headers={"if-none-match": answer.headers["etag"]}).content == b""
    calm.get("/favicon.ico")
    calm.get("/static/nothing.js", 404)


def test_twins_are_utf8_json_and_posts_without_a_body_are_told(calm):
    """A POST that lacks its fields is told which, as JSON for a program."""
    answer = calm.post("/jobs", 422, json=True, data={"rep": "Tom"})
    assert "file" in answer.json()["error"]


def test_copies_for_the_player(tmp_path):
    """A copy is made once, only of the very bytes that were analysed, and the oldest go when there are many."""
    source = tmp_path / "a.wav"
    source.write_bytes(fakes.voice())
    digest = hashlib.sha256(fakes.voice()).hexdigest()
    copies = PlayerCopies(tmp_path / "copies", 60.0, most=1)
    made = copies.get(str(source), digest)
    assert made is not None
    assert made.stat().st_mode & 0o077 == 0
    assert copies.get(str(source), digest) == made
    assert copies.get(str(source), "0" * 64) is None
    assert copies.get(str(tmp_path / "no.wav"), digest) is None
    assert copies.get(str(source), "../../x") is None
    copies.forget(digest)
    assert not made.exists()
    assert main(str(tmp_path / "no.wav"), str(tmp_path / "out.wav"), digest, "10") == 1


def test_apps_share_nothing(site_with, tmp_path):
    """Two apps in one process have their own stores, sessions and queues."""
    one, two = site_with(), site_with(db=str(tmp_path / "two.sqlite"), folder=tmp_path / "two", port=8001)
    stock.fill(one.store, 2)
    assert one.get("/team.json").json()["total"] == 2
    assert two.get("/team.json").json()["total"] == 0
    answer = two.client.post("/jobs/x/delete", headers={"x-csrf-token": one.token})
    assert answer.status_code == 403
    assert isinstance(one.client, TestClient)
