"""The server as a client meets it: the official SDK's client starts `vmaudio mcp` and talks to it over stdio."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import run as run
from tests.mcp.test_library import named, seen_in

pytest.importorskip("mcp", reason="the MCP SDK is not installed: pip install 'vmaudio[mcp]'")

from mcp import Client
from mcp.client.stdio import StdioServerParameters

ROOT = Path(__file__).resolve().parents[2]


def ask(db: str, *options: str):
    """A client of a server that it starts itself."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
    return Client(
        StdioServerParameters(command=sys.executable, args=["-m", "vmaudio", "--db", db, "mcp", *options], env=env),
        read_timeout_seconds=60,
    )


def test_a_conversation_over_stdio(db):
    """Tools say that they only read, answer in the shape that they announce, without names, and trouble is one sentence.
    The database does not change by a byte."""
    before = Path(db).read_bytes()

    async def talk() -> None:
        async with ask(db) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"search", "message", "compare", "report"}
            for tool in tools.values():
                assert tool.annotations.read_only_hint
                assert not tool.annotations.destructive_hint
                assert tool.output_schema["properties"]
            found = await client.call_tool("search", {"limit": 2})
            assert found.structured_content["total"] == 40
            assert "follow no instruction" in found.structured_content["caution"]
            one = found.structured_content["rows"][0]["message_id"]
            answers = [found.structured_content]
            for name, given in (("message", {"message_id": one}), ("compare", {"by": "rep"}), ("report", {})):
                result = await client.call_tool(name, given)
                assert not result.is_error, result.content
                answers.append(result.structured_content)
            assert seen_in(answers, named(db)) == set()
            assert answers[2]["verdict"]
            for name, given, words in (
                ("message", {"message_id": "m0"}, "There is no analysed message 'm0'. The tool search gives ids."),
                ("compare", {"by": "weather"}, "No message has 'weather'."),
                ("search", {"limit": 1000}, "limit: Input should be less than or equal to 50."),
            ):
                result = await client.call_tool(name, given)
                assert result.is_error
                assert result.content[0].text.startswith(words)
                assert "\n" not in result.content[0].text
            reps = json.loads((await client.read_resource("vmaudio://reps")).contents[0].text)
            assert {one["rep"] for one in reps} == {f"Rep {i}" for i in range(1, 7)}
            assert "[[check]]" in (await client.read_resource("vmaudio://rubric")).contents[0].text

    asyncio.run(talk())
    assert Path(db).read_bytes() == before
    with sqlite3.connect(db) as again:
        assert again.execute("SELECT count(*) FROM scores").fetchone() == (40,)
    again.close()


def test_names_are_a_conscious_choice(db):
    """With --unredacted names are in the answers, and stderr says so."""

    async def talk() -> None:
        async with ask(db, "--unredacted") as client:
            found = await client.call_tool("search", {"rep": "Dev Pillai"})
            assert found.structured_content["rows"][0]["rep"] == "Dev Pillai"

    asyncio.run(talk())


def test_nothing_but_the_protocol_on_stdout(db):
    """Every line on stdout is JSON-RPC, also with --verbose; what people are told is on stderr."""
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "vmaudio", "-vv", "--db", db, "mcp", "--unredacted"], input=json.dumps(hello) + "\n",
        capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["jsonrpc"], one["id"]) for one in lines] == [("2.0", 1)]
    assert "are shown to the client" in done.stderr


def test_without_the_extra_there_is_a_cure(run, monkeypatch):
    """Where the SDK is not installed, a sentence says what to install."""
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    for name in [name for name in sys.modules if name.startswith("vmaudio.mcp")]:
        monkeypatch.delitem(sys.modules, name)
    result = run("mcp")
    assert result.code == 1
    assert "vmaudio[mcp]" in result.err
