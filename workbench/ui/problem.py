"""A failure as a reader can use it: what happened, likely cause, next step, run. The traceback goes to the log only."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from workbench import errors
from workbench.i18n import t
from workbench.i18n.catalogue import has
from workbench.ui.meta import Meta

log = logging.getLogger("workbench")
_NAMED = (ValidationError, MemoryError)


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure: its kind (a class name that the words go by), what it said, and where."""

    kind: str
    said: str
    where: str = ""
    run_id: str = ""
    version: str = ""

    @classmethod
    def of(cls, caught: BaseException, where: str = "", meta: Meta | None = None) -> "Problem":
        """Return the problem of an exception, and log its traceback."""
        log.error("%s failed (run %s)", where or "screen", meta.run_id if meta else "-", exc_info=caught)
        ours = isinstance(caught, errors.WorkbenchError)
        kind = type(caught).__name__ if ours or isinstance(caught, _NAMED) else "unknown"
        said = _faults(caught) if isinstance(caught, ValidationError) else f"{type(caught).__name__}: {caught}" if not ours else str(caught)
        return cls(kind, said[:2000], where, meta.run_id if meta else "", meta.version if meta else "")

    def words(self, part: str) -> str:
        """Return the text of one part (what, cause, step) in the reader's language."""
        key = f"ui.problem.{self.kind}.{part}"
        return t(key if has(key) else f"ui.problem.unknown.{part}")

    def details(self) -> str:
        """Return what "copy details" copies: no traceback, nothing of the reader's."""
        return "\n".join(line for line in (f"{self.kind} @ {self.where}", self.said, f"run {self.run_id or '-'}", f"data {self.version or '-'}") if line)


def _faults(caught: ValidationError) -> str:
    return "\n".join(_fault(".".join(map(str, e["loc"])), str(e["msg"]), e.get("ctx", {})) for e in caught.errors())


def _fault(name: str, said: str, context: Mapping[str, Any]) -> str:
    """One fault: out of range in the reader's words, anything else as the model says it."""
    label = t(f"screen.param.{name}") if has(f"screen.param.{name}") else name
    for rule in ("ge", "gt", "le", "lt"):
        if rule in context:
            return t(f"ui.fault.{rule}", name=label, limit=context[rule])
    return ": ".join(part for part in (label, str(context.get("error", said))) if part)
