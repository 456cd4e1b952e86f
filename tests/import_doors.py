"""A contract for import-linter: from outside a folder only what its ``__init__`` offers.

`lint-imports` reads it from pyproject.toml. The folders load their names on first use (lazy_loader reads them from the
``__init__.pyi`` beside each ``__init__``), so an import of ``vmaudio.audio`` goes through the door, and one of
``vmaudio.audio.decode`` from elsewhere goes round it.
"""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """No module below a folder is imported from outside that folder, and none asks the door of a folder that it is in.

    The latter would hide what it really imports: a circle, or a storey above (``from vmaudio import analyze`` in a lower one).
    ``import vmaudio`` for the version is allowed.

    ``ignore_imports``: pairs "importer -> imported" that are allowed all the same, each with a reason beside it.
    """

    type_name = "doors"
    ignore_imports = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare every direct import with the folder of the module that it names."""
        broken, ignored = [], 0
        allowed = set(self.ignore_imports or ())
        for imported in sorted(graph.modules):
            folder, _, _ = imported.rpartition(".")
            if folder.count(".") < 1:  # the top folder's own modules and folders are open to all
                continue
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                if importer == folder or importer.startswith(folder + "."):
                    continue
                if f"{importer} -> {imported}" in allowed:
                    ignored += 1
                    continue
                for line in graph.get_import_details(importer=importer, imported=imported):
                    broken.append(f"{importer} (line {line['line_number']}) imports {imported}: ask {folder} for it")
        for folder in sorted(graph.modules):
            for importer in sorted(graph.find_modules_that_directly_import(folder)):
                if not importer.startswith(folder + "."):
                    continue
                for line in graph.get_import_details(importer=importer, imported=folder):
                    if line["line_contents"].lstrip().startswith("from "):
                        broken.append(
                            f"{importer} (line {line['line_number']}) imports from its own door {folder}: name the module"
                        )
        return ContractCheck(kept=not broken, metadata={"broken": broken}, ignored_import_count=ignored)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import that goes round a door, and where to import from instead."""
        for line in check.metadata["broken"]:
            output.print_error(line, bold=False)
