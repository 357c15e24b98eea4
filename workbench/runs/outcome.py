"""What became of a file, for whoever asked: as JSON, and as a line that a person reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.i18n import number, t
from workbench.store import Fault, Kept, Note, Reason
from workbench.store.words import SHOWN, dropped_name, listed, note_text, reason_text, report_name

Word = Literal["imported", "quarantined", "refused", "unchanged", "undone"]
BAD: tuple[Word, ...] = ("quarantined", "refused")


@dataclass(slots=True)
class Outcome:
    """What became of one file, or of one member of an archive; rows == kept + sum(dropped).

    Row 0 of a fault is the file as a whole. A file in quarantine has its reasons among the faults, too.
    """

    file: str
    status: Word
    sha256: str = ""
    report: str = ""
    rows: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    drift: list[dict[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    reasons: list[Reason] = field(default_factory=list)

    @classmethod
    def of(cls, kept: Kept, sha256: str, status: Word, file: str = "") -> "Outcome":
        """Return what is stored of a file; what lies in quarantine is in no table, and counts as dropped."""
        held = status == "quarantined"
        return cls(
            file=file or kept.name,
            status=status,
            sha256=sha256,
            report=kept.report,
            rows=kept.rows,
            kept=0 if held else kept.kept,
            dropped={**kept.dropped, **({"quarantined": kept.kept} if held and kept.kept else {})},
            drift=list(kept.drift),
            notes=list(kept.notes),
            faults=[*(_as_fault(reason) for reason in kept.reasons if held), *kept.faults],
            fault_count=kept.fault_count + len(kept.reasons) * held,
            reasons=list(kept.reasons),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the outcome in plain types; the report of a file that nobody knows is null."""
        return {
            "file": self.file,
            "report": self.report or None,
            "status": self.status,
            "rows": self.rows,
            "kept": self.kept,
            "dropped": dict(self.dropped),
            "drift": list(self.drift),
            "faults": [fault.model_dump() for fault in self.faults],
            "fault_count": self.fault_count,
            "notes": [note.model_dump() for note in self.notes],
            "reasons": [reason.model_dump() for reason in self.reasons],
            "sha256": self.sha256,
        }

    def line(self) -> str:
        """Return what a person wants to know, in one line."""
        return f"{self.file}: " + "; ".join(self._told())

    def _told(self) -> Iterator[str]:
        name = " + ".join(report_name(code) for code in self.report.split("+")) if self.report else t("imports.unknown")
        yield t(f"imports.status.{self.status}")
        yield name
        if self.status == "unchanged":
            yield from self.sentences()
            return
        yield t("imports.rows", rows=number(self.rows), kept=number(self.kept))
        if self.dropped:
            yield t("imports.left_out", reasons=", ".join(f"{number(rows)} {dropped_name(code)}" for code, rows in self.dropped.items()))
        for change in ("new", "missing"):
            columns = [drift["column"] for drift in self.drift if drift["change"] == change]
            if columns:
                yield t(f"imports.drift.{change}", columns=listed(columns))
        yield from self.sentences()
        yield from (reason_text(reason) for reason in self.reasons if self.status == "quarantined")
        if self.status == "refused" and self.fault_count:
            yield t("imports.faults", count=number(self.fault_count), faults=" | ".join(map(str, self.faults[:SHOWN])))

    def sentences(self) -> list[str]:
        """Return the notes as sentences."""
        return [note_text(note) for note in self.notes]


def _as_fault(reason: Reason) -> Fault:
    figures = {name: number(getattr(reason, name)) for name in ("value", "limit", "before")}
    return Fault(expected=t(f"imports.expected.{reason.code}", **figures), got=figures["value"])
