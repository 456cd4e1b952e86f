"""``vmaudio intake list``: what is understood."""

from __future__ import annotations

from pathlib import Path

import click

from vmaudio.cli.common import err, out, print_json


@click.command("list", short_help="Show the sources that are understood.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per source and line on stdout.")
def command(paths: tuple[str, ...], as_json: bool) -> None:
    """Show the sources that are understood; with PATHs, as which source each would be read.

    \b
    Example:
      vmaudio intake list
      vmaudio intake list /var/spool/asterisk/voicemail
    """
    from vmaudio.intake import all_sources, recognise

    if paths:
        for path in paths:
            source = recognise(Path(path))
            if as_json:
                print_json({"path": path, "source": source.name})
            else:
                out().print(f"{path}: {source.name} ({source.title})", markup=False, soft_wrap=True)
        return
    sources, errors = all_sources()
    for source in sources:
        if as_json:
            print_json({"source": source.name, "title": source.title, "reads": source.reads})
        else:
            out().print(f"{source.name:12} {source.title}", style="bold", markup=False, soft_wrap=True)
            out().print(f"{'':12} {source.reads}", markup=False, soft_wrap=True)
    for error in errors:
        err().print(str(error), markup=False)
