"""Reads docstrings: which arguments they name, and what the public functions, classes and methods of the package lack."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef

COMMANDS = {"command", "group"}
ROUTES = {"get", "post", "put", "delete", "exception_handler", "middleware"}
PROPERTIES = {"property", "cached_property", "setter"}


def documented_arguments(doc: str) -> list[str]:
    """The names in a docstring's ``Args:`` section (Google style), in order."""
    found = re.search(r"^Args:\n((?:(?: {4}.*)?\n?)+)", inspect.cleandoc(doc), flags=re.MULTILINE)
    return re.findall(r"^ {4}\*{0,2}(\w+):", found[1], flags=re.MULTILINE) if found else []


@dataclass(frozen=True)
class Definition:
    """A public function, class or method as the source has it.

    ``arguments`` are its parameters without self and cls; a class has those of its own ``__init__``. ``bases`` are the names
    of the classes that its class derives from.
    """

    where: str
    name: str
    doc: str
    arguments: list[str]
    bases: tuple[str, ...] = ()
    is_property: bool = False

    @property
    def is_documented(self) -> bool:
        """Does its own docstring say what it is, and name its parameters?"""
        return bool(self.doc) and (self.is_property or documented_arguments(self.doc) == self.arguments)


def definitions(path: Path) -> Iterator[Definition]:
    """The public functions, classes and methods of a file, but for commands and routes: users read the docstrings of those."""
    yield from _inside(ast.parse(path.read_text("utf-8")).body, path)


def undocumented(found: Iterable[Definition]) -> list[str]:
    """What lacks a docstring, or whose ``Args`` are not its parameters, each as "file:line: name: what is wrong".

    A method may leave its contract to the one that it overrides, or to the one that its docstring refers to ("See
    `Transcriber.score_texts`."), if that one is documented.
    """
    found = list(found)
    good = {one.name: one.arguments for one in found if one.is_documented}
    bases = {one.name: one.bases for one in found}
    wrong = []
    for one in found:
        owner, _, method = one.name.rpartition(".")
        inherited = any(f"{base}.{method}" in good for base in _ancestors(owner, bases)) if owner else False
        references = (".".join(name.split(".")[-2:]) for name in re.findall(r"\bSee\s+`([\w.]+)`", one.doc))
        referred = any(good.get(name) == one.arguments for name in references)
        if not (one.is_documented or inherited or referred):
            what = f"Args names {documented_arguments(one.doc)}, not {one.arguments}" if one.doc else "no docstring"
            wrong.append(f"{one.where}: {one.name}: {what}")
    return wrong


def _ancestors(name: str, bases: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for base in bases.get(name, ()):
        yield base
        yield from _ancestors(base, bases)


def _inside(body: list[ast.stmt], path: Path, owner: str = "") -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            made = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
            doc = ast.get_docstring(node) or ""
            if made and not documented_arguments(doc):
                doc += "\n\n" + (ast.get_docstring(made[0]) or "") if doc else ""
            yield Definition(
                f"{path}:{node.lineno}",
                node.name,
                doc,
                _arguments(made[0]) if made else documented_arguments(doc),
                tuple(ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases),
            )
            yield from _inside(node.body, path, f"{node.name}.")
        elif isinstance(node, Function) and not node.name.startswith("_"):
            decorators = {ast.unparse(one).split("(")[0].split(".")[-1] for one in node.decorator_list}
            if decorators & (COMMANDS | ROUTES | {"overload"}):
                continue
            is_property = bool(decorators & PROPERTIES)
            doc = ast.get_docstring(node) or ""
            yield Definition(f"{path}:{node.lineno}", f"{owner}{node.name}", doc, _arguments(node), is_property=is_property)


def _arguments(node: Function) -> list[str]:
    given = node.args
    all = [*given.posonlyargs, *given.args, *([given.vararg] if given.vararg else []), *given.kwonlyargs]
    names = [one.arg for one in (*all, *([given.kwarg] if given.kwarg else []))]
    return [name for name in names if name not in ("self", "cls")]
