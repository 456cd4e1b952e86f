"""mcp: the store for an assistant, read-only over stdio."""

from __future__ import annotations

from pathlib import Path

import click

from vmaudio import settings
from vmaudio.cli.common import App, err, pass_app
from vmaudio.errors import ExtraMissing


@click.command("mcp", short_help="Answer questions of an MCP client from the store: read-only, names left out.")
@click.option("--unredacted", is_flag=True, help="Show names, numbers and addresses to the client, and to whom it sends them.")
@click.option("--rubric", metavar="FILE", help="Rubric file (TOML).  [VMAUDIO_RUBRIC]")
@pass_app
def command(app: App, unredacted: bool, rubric: str | None) -> int:
    """Answer questions of an MCP client from the store: search, message, compare and report, over stdin and stdout.

    The store is only read, and this command opens no connection. What it answers goes to your client, and a client
    that asks a model on the internet sends it there. So names, numbers and addresses are left out.

    \b
    Example, as a client starts it:
      vmaudio --db team.sqlite mcp
    """
    try:
        from vmaudio.mcp import Library, create_server
    except ImportError as error:
        cure = "Install it with: pip install 'vmaudio[mcp]'"
        raise ExtraMissing(f"The MCP server needs a package that is not installed ({error.name}). {cure}") from None
    from vmaudio.rubric import default_rubric_text, load_rubric

    given = str(settings.get("rubric", rubric))
    library = Library(app.where, load_rubric(given), app.models(), redact=not unredacted, tone=str(settings.get("tone")))
    text = default_rubric_text() if given in ("", "default") else Path(given).read_text("utf-8")
    server = create_server(library, rubric_text=text, redact=not unredacted)
    if unredacted and not app.quiet:
        err().print("Names, numbers and addresses are shown to the client.", markup=False)
    server.run("stdio")
    return 0
