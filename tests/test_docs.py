"""The documentation says what the code does."""

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest

from vmaudio.cli.root import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["commands.md", "features.md", "settings.md", "rubric.md"])
def test_generated_pages_are_up_to_date(generate, name):
    """Every generated page is what `make docs` would write today."""
    assert (ROOT / "docs" / name).read_text("utf-8") == generate.PAGES[name](), "run: make docs"


def commands(group=cli, path=()):
    """Every command with its path."""
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            yield (*path, name), command
            if isinstance(command, click.Group):
                yield from commands(command, (*path, name))


def test_every_command_has_help():
    """Every command, option and group says what it does, and the root's list says what the command says."""
    for path, command in commands():
        assert command.help, path
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (path, parameter.name)
        if len(path) == 1:
            assert command.get_short_help_str(200).rstrip(".") == COMMANDS[path[0]].rstrip("."), path


def test_commands_in_the_pages_exist():
    """Every vmaudio command line in README and docs names a command and options that exist."""
    known = dict(commands())
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        if page.name == "commands.md":
            continue
        blocks = "\n".join(re.findall(r"^```\w*\n(.*?)^```", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL))
        for line in re.findall(r"^\s*(?:\$ )?(vmaudio [^`\n]*)$", blocks, flags=re.MULTILINE):
            words = shlex.split(line, comments=True)[1:]
            while words and words[0] in ("--db", "--models-dir"):
                words = words[2:]
            path = tuple(words[:1])
            assert path in known, f"{page.name}: {line}"
            if isinstance(known[path], click.Group) and len(words) > 1 and not words[1].startswith("-"):
                path = tuple(words[:2])
                assert path in known, f"{page.name}: {line}"
            options = {option for parameter in known[path].params for option in (*parameter.opts, *parameter.secondary_opts)}
            for word in words:
                if word.startswith("--"):
                    assert word.split("=")[0] in options | {"--help"}, f"{page.name}: {line}"


def test_links_between_pages_lead_somewhere():
    """Every relative link and picture in README and docs exists."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
