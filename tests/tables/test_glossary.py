"""docs/glossary.md says what the models say."""

import subprocess
import sys
from pathlib import Path

from workbench.tables import LINEAGE, TABLES
from workbench.tables.glossary import glossary
from workbench.tables.schema import columns, key

FILE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def test_the_written_glossary_is_current():
    assert FILE.read_text(encoding="utf-8") == glossary(), "run: python -m workbench.tables.glossary docs/glossary.md"


def test_every_table_key_column_unit_and_code_is_there():
    sections = dict(part.split("\n", 1) for part in glossary().split("\n## ")[1:])
    for name in TABLES:
        rows = {row.split("|")[1].strip(" *"): row for row in sections[name].splitlines() if row.startswith("| ")}
        for column in columns(name):
            if column.name in LINEAGE:
                continue
            row = rows[column.name]
            assert (
                column.meaning.replace("<", "&lt;") in row and f"| {column.kind} | {column.unit} |" in row and all(f"`{code}`" in row for code in column.codes)
            )
            assert row.startswith(f"| **{column.name}**") == (column.name in key(name))
    assert all(name in sections["Columns of every table"] for name in LINEAGE)


def test_written_from_the_command_line(tmp_path):
    subprocess.run([sys.executable, "-m", "workbench.tables.glossary", str(tmp_path / "g.md")], check=True, cwd=FILE.parents[1])
    assert (tmp_path / "g.md").read_text(encoding="utf-8") == glossary()
