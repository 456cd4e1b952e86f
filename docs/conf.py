"""The documentation site: `make docs` builds it into build/docs, without network, and every warning is an error.

The theme is Furo: its styles, scripts and icons lie in its wheel and its fonts are the reader's own, so that neither building
nor reading asks anything of another server; it has light and dark, works on a phone, and prints. Alabaster, which comes with
Sphinx, has neither dark mode nor a menu that stays; the PyData theme is made for larger sites and wants a bar of links on top.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))  # this checkout's vmaudio, whatever is installed

import vmaudio  # noqa: E402

project = "vmaudio"
author = "The vmaudio maintainers"
project_copyright = author
version = release = vmaudio.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",  # docstrings with Args, Returns, Raises
]
source_suffix = {".md": "markdown"}
nitpicky = True  # a link to a name that has no entry is a warning; see `resolve_python` for what may stay plain code

myst_enable_extensions = ["attrs_block", "deflist", "html_image"]
myst_heading_anchors = 3  # so that web.md#users-and-roles leads somewhere, as it does on a forge

highlight_language = "text"  # most blocks are commands and what they print
default_role = "py:obj"  # `Analysis` in a docstring is a link where the reference has it, else code
add_module_names = False

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True  # `listener=ignore`, not the address of a function
autodoc_default_options = {"members": True, "undoc-members": True}
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # "Attributes:" as a list: autodoc describes the members themselves

html_theme = "furo"
html_title = f"vmaudio {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False

OUTSIDE = {
    ROOT / "CHANGELOG.md": DOCS / "project" / "changelog.md",
    ROOT / "CONTRIBUTING.md": DOCS / "project" / "contributing.md",
    ROOT / "SECURITY.md": DOCS / "project" / "security.md",
    ROOT / "samples" / "README.md": DOCS / "project" / "samples.md",
}
"""Pages that lie outside docs/, where a forge looks for them, and the pages that hold their place in the site."""

_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def take_in(app: Any, docname: str, source: list[str]) -> None:
    """Show `OUTSIDE` pages in the site: fill their places with their text, and lead links to them there."""
    shown = Path(app.env.doc2path(docname)).resolve()
    written = next((page for page, place in OUTSIDE.items() if place == shown), shown)
    if written != shown:
        source[0] = written.read_text("utf-8")
        app.env.note_dependency(str(written), docname=docname)

    def led(match: re.Match[str]) -> str:
        target = (written.parent / match[1]).resolve()
        return os.path.relpath(OUTSIDE.get(target, target), shown.parent)

    source[0] = _LINK.sub(led, source[0])


def resolve_python(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Lead a name of vmaudio to its entry in the reference, by whatever path the code names it (``vmaudio.records.Span``).

    A public name without an entry is a warning. Others stay plain code: `names` in running text, types of inner modules, and
    those of Python and of other packages, as without network there is no inventory to look them up in.
    """
    if node.get("refdomain") != "py":
        return None
    from sphinx.util.nodes import make_refnode

    target, kind = node["reftarget"], node["reftype"]
    last, inner = target.rpartition(".")[2], target.startswith("vmaudio.")
    entries = env.get_domain("py").objects
    found = [name for name in entries if name.rpartition(".")[2] == last and not entries[name].aliased]
    if (inner or target[:1].isupper()) and (f"vmaudio.{last}" in found or len(found) == 1):
        name = f"vmaudio.{last}" if f"vmaudio.{last}" in found else found[0]
        return make_refnode(app.builder, node["refdoc"], entries[name].docname, entries[name].node_id, contnode, name)
    owed = inner and (last in vmaudio.__all__ or kind not in ("class", "obj"))
    return contnode if kind == "obj" or not owed else None


def readable(app: Any, what: str, name: str, obj: Any, options: Any, signature: str | None, returned: str | None) -> Any:
    """A field that is made anew for each record (``field(default_factory=dict)``) has the default ``...`` in a signature."""
    return (signature.replace("<factory>", "..."), returned) if signature else None


def whole_returns(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Napoleon takes what stands before the first colon of "Returns:" for a type; ours have the type in the signature."""
    for i, line in enumerate(lines[:-1]):
        if line.strip() in ("Returns:", "Yields:"):
            first = lines[i + 1]
            lines[i + 1] = first[: len(first) - len(first.lstrip())] + ": " + first.lstrip()


def setup(app: Any) -> None:
    """Called by Sphinx."""
    from pygments.lexers.special import TextLexer

    app.add_lexer("csv", TextLexer)  # Pygments knows none
    app.connect("autodoc-process-docstring", whole_returns, priority=400)  # before Napoleon, which has 500
    app.connect("autodoc-process-signature", readable)
    app.connect("source-read", take_in)
    app.connect("missing-reference", resolve_python)
