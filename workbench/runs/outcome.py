"""What became of a file, for whoever asked: as JSON, and as a line that a person reads."""

from collections.abc import Iterator
from typing import Any, Literal

from workbench.errors import Fault
from workbench.i18n import number, t
from workbench.store import Kept, Reason
from workbench.store.words import SHOWN, dropped_name, listed, note_text, reason_text, report_name
from workbench.tables.account import Account

Word = Literal["imported", "quarantined", "refused", "unchanged", "undone"]
BAD: tuple[Word, ...] = ("quarantined", "refused")


class Outcome(Account):
    """What became of one file, or of one member of an archive.

    A file in quarantine has its reasons among the faults, too, and before the others.
    """

    file: str
    status: Word
    sha256: str = ""
    report: str = ""
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def of(cls, kept: Kept, sha256: str, status: Word, file: str = "") -> "Outcome":
        """Return what is stored of a file; what lies in quarantine is in no table, and counts as dropped."""
        account = {name: getattr(kept, name) for name in Account.model_fields}
        if status == "quarantined":
            account |= {
                "kept": 0,
                "dropped": {**kept.dropped, **({"quarantined": kept.kept} if kept.kept else {})},
                "faults": (*map(_as_fault, kept.reasons), *kept.faults),
                "fault_count": kept.fault_count + len(kept.reasons),
            }
        return cls(**account, file=file or kept.name, status=status, sha256=sha256, report=kept.report, reasons=kept.reasons)

    def as_json(self) -> dict[str, Any]:
        """Return the outcome in plain types; the report of a file that nobody knows is null."""
        named = {"file": self.file, "report": self.report or None, "status": self.status}
        return named | self.model_dump(mode="json", exclude=set(named))

    def line(self) -> str:
        """Return what a person wants to know, in one line."""
        return f"{self.file}: " + "; ".join(self._told())

    def _told(self) -> Iterator[str]:
        yield t(f"imports.status.{self.status}")
        yield " + ".join(report_name(code) for code in self.report.split("+")) if self.report else t("imports.unknown")
        if self.status != "unchanged":
            yield from self._counted()
        yield from map(note_text, self.notes)
        if self.status != "unchanged":
            yield from self._blamed()

    def _counted(self) -> Iterator[str]:
        yield t("imports.rows", rows=number(self.rows), kept=number(self.kept))
        if self.dropped:
            yield t("imports.left_out", reasons=", ".join(f"{number(rows)} {dropped_name(code)}" for code, rows in self.dropped.items()))
        for change in ("new", "missing"):
            columns = [drift["column"] for drift in self.drift if drift["change"] == change]
            if columns:
                yield t(f"imports.drift.{change}", columns=listed(columns))

    def _blamed(self) -> Iterator[str]:
        """Why it is held back, and its faults: why it is refused, or which rows were left out."""
        held = self.reasons if self.status == "quarantined" else ()
        yield from map(reason_text, held)
        faults, count = self.faults[len(held) :], self.fault_count - len(held)
        if count:
            yield t("imports.faults", count=number(count), faults=" | ".join(map(str, faults[:SHOWN])))


def _as_fault(reason: Reason) -> Fault:
    figures = {name: number(getattr(reason, name)) for name in ("value", "limit", "before")}
    return Fault(expected=t(f"imports.expected.{reason.code}", **figures), got=figures["value"])
