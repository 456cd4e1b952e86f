"""redact: copies of recordings and transcripts without names and numbers."""

from __future__ import annotations

import json
from pathlib import Path

import click

from vmaudio.cli.common import App, engine_options, err, pass_app
from vmaudio.cli.tables import Tables, fitted, table_options
from vmaudio.records import Failure, judged_channel


@click.command("redact", short_help="Copy transcripts and audio without names and numbers.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--out",
    "target",
    type=click.Path(file_okay=False),
    default="redacted",
    show_default=True,
    metavar="DIR",
    help="Folder for the copies.",
)
@click.option("--text-only", is_flag=True, help="Copy the transcripts only, no audio.")
@click.option(
    "--manifest", type=click.Path(exists=True, dir_okay=False), metavar="CSV", help="Names in this manifest are left out too."
)
@engine_options
@table_options
@pass_app
def command(
    app: App,
    files: tuple[str, ...],
    target: str,
    text_only: bool,
    manifest: str | None,
    engine: str | None,
    language: str | None,
    rubric: str | None,
    tables: Tables,
) -> int:
    """Copy recordings and transcripts without names and numbers into a folder. The originals are not touched.

    Covered are names and numbers, and all speech of which no words were made out. A recogniser may take a name for
    another word, and that stays in the copy. Listen to each copy before you pass it on.

    \b
    Example:
      vmaudio redact message.wav --out redacted/
    """
    from vmaudio.analysis import Analyzer
    from vmaudio.audio import decode_audio, decode_native, read_source
    from vmaudio.privacy import cover_with_tone, redact_text, sound_of_file, spans_to_cover

    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    analyzer = Analyzer.from_settings(engine=engine, language=language, rubric=rubric, models_dir=app.models_dir)
    failed = 0
    count = 0
    for result in analyzer.analyze_many(fitted(app, files, manifest, tables)):
        if isinstance(result, Failure):
            failed += 1
            err().print(result.message, markup=False)
            continue
        count += 1
        stem = folder / f"{result.recording_id[:12]}"  # the file's own name may hold a name or number
        text = json.dumps(redact_text(result).to_dict(), ensure_ascii=False, indent=1)
        stem.with_suffix(".json").write_text(text + "\n", "utf-8")
        if not text_only:
            data, decode = read_source(result.source), analyzer.options.decode
            native = decode_native(data, name=result.source, options=decode)
            heard = decode_audio(
                data,
                name=result.source,
                max_seconds=analyzer.options.max_seconds,
                options=decode,
                channel=judged_channel(result.message.audio_channel, result.spans),
            )
            sound = sound_of_file(native, heard, vad=analyzer.options.vad)
            stem.with_suffix(".wav").write_bytes(cover_with_tone(native, spans_to_cover(result, sound=sound)))
        if not app.quiet:
            err().print(f"{result.file_name} → {stem.name}", markup=False)
    err().print(f"{count} copies in {folder}. Listen to them before you pass them on.", markup=False)
    return 1 if failed else 0
