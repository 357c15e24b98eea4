"""The glossary of all canonical tables, written from their models: `python -m workbench.tables.glossary FILE`."""

import sys
from pathlib import Path

from workbench.tables import FACTS, LINEAGE, RESULTS, TABLES
from workbench.tables.formulas import FUNCTIONS
from workbench.tables.schema import Column, columns, key

_HEAD = """# Glossary

Written from the models in `workbench/tables/`: do not edit, run `python -m workbench.tables.glossary docs/glossary.md`.

*Facts* are parsed from files, *results* are computed by a step. The key of a table identifies a row. A channel is where
people buy, a node is where units lie; where a result says `location`, it is a node. Unknown is empty, never zero.
Kinds: text, number (float64), count (int64), flag (bool), time (datetime64[us]; a day is a midnight without a zone).
"""


def glossary() -> str:
    """Return the glossary as Markdown: every table with its key and columns, kinds, units, meanings and codes."""
    parts = [_HEAD, _contents("Facts", FACTS), _contents("Results", RESULTS), _lineage(), _functions(), *(_section(name) for name in TABLES)]
    return "\n".join(parts)


def _contents(title: str, tables: dict) -> str:
    lines = [f"- [{name}](#{name}): {_summary(name)}" for name in tables]
    return "\n".join([f"**{title}**", "", *lines, ""])


def _summary(name: str) -> str:
    return (TABLES[name].__doc__ or "").strip().splitlines()[0]


def _lineage() -> str:
    own = [column for column in columns(next(iter(TABLES))) if column.name in LINEAGE]
    return "\n".join(["## Columns of every table", "", *_rows(own, ()), ""])


def _functions() -> str:
    windows = "Formulas stand behind the meaning. `-30 d` are the last 30 days before the day of the decision, `+30 d` the next."
    return "\n".join(["## Functions in formulas", "", windows, "", *(f"- `{name}()`: {meaning}" for name, meaning in FUNCTIONS.items()), ""])


def _section(name: str) -> str:
    own = [column for column in columns(name) if column.name not in LINEAGE]
    return "\n".join([f"## {name}", "", _summary(name), "", f"Key: {', '.join(f'`{k}`' for k in key(name))}", "", *_rows(own, key(name)), ""])


def _rows(own: list[Column], keys: tuple[str, ...]) -> list[str]:
    return ["| column | kind | unit | empty | meaning |", "|---|---|---|---|---|", *(_row(column, column.name in keys) for column in own)]


def _row(column: Column, is_key: bool) -> str:
    codes = f": {', '.join(f'`{code}`' for code in column.codes)}" if column.codes else ""
    formula = f" = `{_plain(column.formula)}`" if column.formula else ""
    name = f"**{column.name}**" if is_key else column.name
    return f"| {name} | {column.kind} | {column.unit} | {'may be' if column.nullable else 'never'} | {_plain(column.meaning)}{codes}{formula} |"


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(glossary(), encoding="utf-8")
