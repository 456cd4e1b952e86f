"""The MCP server: four tools and two resources over a `Library`. All of them only read."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

import vmaudio
from vmaudio.errors import VmaudioError
from vmaudio.mcp.library import DATA, MOST_ROWS, Library
from vmaudio.mcp.shapes import ComparisonAnswer, MessageAnswer, ReportAnswer, SearchAnswer
from vmaudio.store import Search

READ = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

HIDDEN = "Names, numbers and addresses are left out; reps have stand-ins such as 'Rep 1', the same in every answer."
SHOWN = "Names and numbers are shown, as the server was started with --unredacted."

Text = Annotated[str, Field(max_length=200)]
Day = Annotated[str, Field(max_length=40, description="ISO 8601, as 2026-03-01; empty for all")]


def create_server(library: Library, *, rubric_text: str, redact: bool) -> MCPServer[Any]:
    """Make the server.

    Args:
        library: what is asked.
        rubric_text: the rubric, as TOML.
        redact: what the library does with names, for the instructions.

    Returns:
        The server; ``run("stdio")`` runs it until its input ends.
    """
    server = Answering(
        "vmaudio",
        title="vmaudio: recorded sales voicemails",
        instructions=(
            "Analysed sales voicemails of one team: find them, read one, compare approaches by outcomes, and sum up. "
            f"Everything is read-only. {HIDDEN if redact else SHOWN} {DATA} Repeat a comparison's verdict in its own words, "
            "with its warnings: most differences are not known."
        ),
        version=vmaudio.__version__,
        log_level="WARNING",
        subscriptions=False,
    )

    @server.tool(
        title="Find messages", annotations=READ, description="Find analysed messages, newest first, with an excerpt of each."
    )
    def search(
        text: Annotated[Text, Field(description='words of the transcript; "in double quotes" side by side')] = "",
        rep: Annotated[Text, Field(description="as other answers call the rep")] = "",
        campaign: Text = "",
        approach: Text = "",
        since: Day = "",
        until: Day = "",
        check: Annotated[Text, Field(description="id of a check of the rubric")] = "",
        verdict: Annotated[
            Literal["", "fail", "pass", "n/a"], Field(description="the check's; fail where only check is given")
        ] = "",
        band: Literal["", "strong", "fair", "weak", "unscored"] = "",
        overridden: Annotated[bool, Field(description="only messages with a verdict by a person")] = False,
        called: Annotated[Literal["", "yes", "no", "known"], Field(description="called back, as reports count it")] = "",
        flag: Annotated[Text, Field(description="kind of a flag")] = "",
        page: Annotated[int, Field(ge=1, le=100_000)] = 1,
        limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 20,
    ) -> SearchAnswer:
        which = _search(rep, campaign, since, until, approach, check, verdict, text, band, overridden)
        return SearchAnswer.model_validate(library.search(which, called=called, flag=flag, page=page, limit=limit))

    @server.tool(
        title="One message",
        annotations=READ,
        description="One message: transcript, parts, measures, checks with evidence and second, score, flags.",
    )
    def message(message_id: Annotated[Text, Field(description="as search gives it")]) -> MessageAnswer:
        return MessageAnswer.model_validate(library.message(message_id))

    @server.tool(
        title="Compare arms",
        annotations=READ,
        description=(
            "Which approach (or script, campaign, rep, check, measure) brought more: rates with intervals, tests, how many "
            "more messages it takes to know, and a verdict in words, as `vmaudio compare` says it."
        ),
    )
    def compare(
        by: Annotated[Text, Field(description="approach, order, a manifest column, a feature, check:ID, checks, or points")],
        outcome: Literal["callback", "reply", "connect", "sale", "complaint", "wrong_person"] = "callback",
        window: Annotated[Text, Field(description="how long after sending an outcome counts: 7d, 48h, none")] = "7d",
        bins: Annotated[Text, Field(description="for numbers: how many bins, or cut points such as 20,30")] = "",
        monitor: Annotated[bool, Field(description="a verdict that holds however often one looks")] = False,
    ) -> ComparisonAnswer:
        return ComparisonAnswer.model_validate(library.compare(by, outcome=outcome, window=window, bins=bins, monitor=monitor))

    @server.tool(
        title="Team report",
        annotations=READ,
        description="What is known and not yet known of the messages that match, by rep, campaign or approach; what to coach.",
    )
    def report(
        by: Literal["rep", "campaign", "approach"] = "rep",
        rep: Text = "",
        campaign: Text = "",
        approach: Text = "",
        since: Day = "",
        until: Day = "",
    ) -> ReportAnswer:
        which = _search(rep, campaign, since, until, approach)
        return ReportAnswer.model_validate(library.report(which, by=by))

    @server.resource(
        "vmaudio://reps", title="Reps", description="The reps and how many messages each has.", mime_type="application/json"
    )
    def reps() -> str:
        return json.dumps(library.reps(), ensure_ascii=False)

    @server.resource(
        "vmaudio://rubric", title="Rubric", description="What messages are judged by.", mime_type="application/toml"
    )
    def rubric() -> str:
        return rubric_text

    return server


class Answering(MCPServer[Any]):
    """Says expected trouble in one sentence, and of a bug no more than its class: the trace goes to stderr."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """Call a tool.

        Args:
            name: of the tool.
            arguments: what the client sent.
            context: of the request.

        Returns:
            The answer.

        Raises:
            ToolError: what the client is told.
        """
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                first = cause.errors()[0]
                field = ".".join(str(part) for part in first["loc"]) or name
                raise ToolError(f"{field}: {first['msg']}.") from None
            if isinstance(cause, VmaudioError):
                raise ToolError(str(cause)) from None
            raise


def _search(
    rep: str, campaign: str, since: str, until: str, approach: str, check: str = "", verdict: str = "", text: str = "",
    band: str = "", overridden: bool = False,
) -> Search:  # fmt: skip
    """Empty texts are no filters."""
    return Search(
        rep=rep or None, campaign=campaign or None, approach=approach or None, since=since or None, until=until or None,
        check=check or None, verdict=(verdict or "fail") if check else (verdict or None), text=text.strip() or None,
        band=band or None, overridden=overridden,
    )  # fmt: skip
