"""Import: every file is read by the reader that knows it, held against what is known, and added, held back or refused."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import pandas as pd

from workbench import sources
from workbench.errors import BadParameters, DataRejected, DiskFull, Fault, InvalidTable, UnreadableFile
from workbench.i18n import t
from workbench.runs import given
from workbench.runs.outcome import BAD, Outcome, Word
from workbench.store import RawFile, Staging, Workspace
from workbench.store.account import MAX_FAULTS
from workbench.store.durable import room
from workbench.tables.account import Account, Note

Progress = Callable[[str, int, int], None]
"""Called with stage, items done and items in all."""
Reading = Callable[[str, int], None]
"""Called while a file is read, with its name and the rows so far."""
STAGE = "import"
logger = logging.getLogger(__name__)


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def quiet(file: str, rows: int) -> None:
    """Report nothing."""


@dataclass(slots=True)
class Imported:
    """What an import did, one outcome a file."""

    files: list[Outcome] = field(default_factory=list)

    def names(self, *statuses: Word) -> list[str]:
        """Return the files with one of the statuses."""
        return [outcome.file for outcome in self.files if outcome.status in statuses]

    @property
    def bad(self) -> bool:
        """Say whether any file was held back or refused."""
        return bool(self.names(*BAD))

    @property
    def rows(self) -> int:
        """Return how many rows of files went into tables."""
        return sum(outcome.kept for outcome in self.files if outcome.status == "imported")


def import_inbox(workspace: Workspace, now: dt.datetime, progress: Progress = silent, reading: Reading = quiet) -> Imported:
    """Return what became of each file in the inbox; a file that was dealt with before changes nothing.

    A bad file is refused with every fault listed, a suspicious one is held back, and the others go on.
    """
    return _import(workspace, given.of_folder(workspace.inbox), now, progress, reading)


def import_files(workspace: Workspace, paths: Sequence[Path], now: dt.datetime, progress: Progress = silent, reading: Reading = quiet) -> Imported:
    """Return what became of files and folders wherever they lie; one that was taken back is imported again."""
    return _import(workspace, given.of_names(paths), now, progress, reading, again=True)


def _import(workspace: Workspace, files: Sequence[given.Given], now: dt.datetime, progress: Progress, reading: Reading, again: bool = False) -> Imported:
    outcome = Imported()
    progress(STAGE, 0, len(files))
    with workspace.scratch() as scratch:
        work = Import(workspace, now, scratch, reading, again)
        for done, file in enumerate(files, start=1):
            outcome.files += work.file(file)
            progress(STAGE, done - (done == len(files) and work.waits), len(files))
        outcome.files += work.rest()
    progress(STAGE, len(files), len(files))
    return outcome


class Import:
    """One import at work.

    Parameters
    ----------
    workspace
        Where the tables lie.
    now
        The moment of the import, UTC.
    scratch
        Folder for what is unpacked.
    reading
        Told while a file is read.
    again
        Whether files that were taken back are imported again.
    """

    def __init__(self, workspace: Workspace, now: dt.datetime, scratch: Path, reading: Reading = quiet, again: bool = False):
        self.workspace, self.now, self.scratch, self.reading, self.again = workspace, now, scratch, reading, again
        self._seen: set[str] = set()
        self._later: dict[str, tuple[RawFile, sources.Reader]] = {}
        self._rooms = count()
        newest = workspace.files()["known_at"].max()
        self._behind = [Note("clock_back", {"newest": f"{newest:%Y-%m-%d %H:%M}"})] if pd.notna(newest) and newest > now else []

    def file(self, file: given.Given) -> Iterator[Outcome]:
        """Return what became of a file, or of each member of an archive; those that need the items come with `rest`."""
        why_not = file.why_not()
        if why_not:
            fault = Fault(expected=t("imports.expected.file"), got=t(f"imports.got.{why_not}"))
            yield Outcome(file=file.path.name, status="refused", faults=(fault,), fault_count=1)
            return
        try:
            archive = sources.is_archive(file.path)
        except (DataRejected, OSError) as fault:
            yield self._refused(self._look(file.path), None, None, fault)
            return
        yield from self._members(file.path) if archive else self._one(self._look(file.path))

    @property
    def waits(self) -> bool:
        """Say whether `rest` has something to do."""
        return bool(self._later)

    def rest(self) -> Iterator[Outcome]:
        """Return what became of the files that name articles by the marketplace's number alone, read after those that tell the SKU."""
        for raw, reader in self._later.values():
            yield self.read(raw, reader)

    def _look(self, path: Path, name: str = "", saved: dt.datetime | None = None) -> RawFile:
        return self.workspace.look(path, self.now, name, saved)

    def _members(self, archive: Path) -> Iterator[Outcome]:
        """Each member goes its own way; an archive that cannot be opened is refused as a whole."""
        looked = self._look(archive)
        place = self.scratch / str(next(self._rooms))
        place.mkdir()
        found = 0
        try:
            for member in sources.members(archive, place):
                found += 1
                raw = self._look(member.path, member.name, member.saved or looked.known_at)
                yield from self._one(raw)
                if raw.sha256 not in self._later:
                    member.path.unlink(missing_ok=True)
            if not found:
                raise UnreadableFile(archive.name, t("imports.expected.archive"), t("imports.got.empty"))
        except UnreadableFile as fault:
            yield self._refused(looked, None, None, fault)

    def _one(self, raw: RawFile) -> Iterator[Outcome]:
        known = self._known(raw)
        if known:
            yield known
            return
        self._seen.add(raw.sha256)
        reader = self._reader(raw)
        if reader is not None and reader.needs_items:
            self._later[raw.sha256] = (raw, reader)
        else:
            yield self.read(raw, reader)

    def _known(self, raw: RawFile) -> Outcome | None:
        """What is known of the same bytes, if they were dealt with for good, or in this import."""
        kept = self.workspace.kept(raw.sha256)
        if raw.sha256 in self._later:
            return Outcome(file=raw.name, status="unchanged", sha256=raw.sha256, notes=(_same(self._later[raw.sha256][0].name),))
        if kept is None:
            return None
        undone = kept.status == "undone"
        if raw.sha256 not in self._seen and (not self.workspace.has(raw.sha256) or (self.again and undone)):
            return None
        known = Outcome.of(kept, raw.sha256, "unchanged", raw.name)
        more = [*([_same(kept.name)] if kept.name != raw.name else []), *([Note("taken_back")] if undone else [])]
        return known.model_copy(update={"notes": (*more, *known.notes)})

    def _reader(self, raw: RawFile) -> sources.Reader | None:
        try:
            return sources.recognise(raw.path, self.workspace.settings.mapping)
        except BadParameters:
            raise
        except Exception:  # whatever is wrong with the file is said when it is read
            return None

    def read(self, raw: RawFile, reader: sources.Reader | None = None, released: bool = False) -> Outcome:
        """Return what became of a file that is read now; `released` passes the gates."""
        settings = self.workspace.settings
        reader = reader or self._reader(raw)
        items = self._items if reader and reader.needs_items else None
        context = sources.Context(raw.name, raw.known_at, settings.mapping, items, settings.marketplace, lambda: self._skus)
        answer: sources.Answer | None = None
        try:
            with room(raw.name):
                parsed = reader.read(context) if reader else sources.parse(raw.path, context)
                answer = parsed.answer
                with self.workspace.staging(raw, parsed.report) as staging:
                    for block in parsed.blocks:
                        staging.write(block)
                        self.reading(raw.name, answer.rows)
                    return self._judged(staging, answer, reader.sheets if reader else [], released)
        except (BadParameters, DiskFull):
            raise  # the mapping or the disk is at fault, not the file
        except Exception as fault:
            return self._refused(raw, reader, answer, fault)

    @cached_property
    def _items(self) -> pd.DataFrame:
        return self.workspace.read("items")

    @cached_property
    def _skus(self) -> frozenset[str]:
        return frozenset(self.workspace.read("items", ["sku"])["sku"].dropna())

    def _judged(self, staging: Staging, answer: sources.Answer, sheets: Sequence[sources.Sheet], released: bool) -> Outcome:
        """Whether all that was staged gets in."""
        staging.report, staging.covers, staging.since = answer.report, answer.covers, answer.since
        staging.close()
        self._keep(staging.raw, sheets)
        account = self._account(answer)
        reasons = [] if released else self.workspace.suspicions(staging)
        if reasons:
            self.workspace.quarantine(staging.raw, answer.report, account, reasons, staging.described())
            return self._stored(staging.raw, "quarantined")
        twin = self.workspace.twin(staging)
        if twin:
            account = account.model_copy(update={"notes": (*account.notes, Note("same_rows", {"file": twin}))})
        taken = self.workspace.take(staging, account)
        return self._stored(staging.raw, "imported" if taken else "unchanged")

    def _keep(self, raw: RawFile, sheets: Sequence[sources.Sheet]) -> None:
        """Keep a copy without what the file says of people."""
        self.workspace.keep(raw, write=lambda file, target: sources.write_copy(file, target, sheets))

    def _kept(self, raw: RawFile, sheets: Sequence[sources.Sheet]) -> bool:
        """Whether a copy could be kept of a file that was refused."""
        try:
            self._keep(raw, sheets)
        except DataRejected:
            return False
        return True

    def _refused(self, raw: RawFile, reader: sources.Reader | None, answer: sources.Answer | None, fault: Exception) -> Outcome:
        """A file that a reader knows is kept, so that it can be looked at; any other stays where it is."""
        gone = [] if reader and self._kept(raw, reader.sheets) else [Note("not_kept")]
        said = answer or sources.Answer(reader.report if reader else "")
        if not (said.fatal and isinstance(fault, InvalidTable)):  # whose faults are told already
            said.blame(_faults(raw.name, fault))
        said.refuse()
        self.workspace.refuse(raw, said.report, self._account(said, *gone))
        return self._stored(raw, "refused")

    def _account(self, answer: sources.Answer, *notes: Note) -> Account:
        said = answer.account(MAX_FAULTS)
        return said.model_copy(update={"notes": (*said.notes, *self._behind, *notes)})

    def _stored(self, raw: RawFile, status: Word) -> Outcome:
        kept = self.workspace.kept(raw.sha256)
        assert kept is not None
        return Outcome.of(kept, raw.sha256, status, raw.name)


def release(workspace: Workspace, sha256: str) -> Outcome:
    """Return what became of a file that somebody lets out of quarantine; it is read again from its kept copy.

    Raises
    ------
    NoSuchFile
        If no such file is in quarantine.
    """
    return read_again(workspace, workspace.raw_of(workspace.find_file(sha256, ["quarantined"])), released=True)


def read_again(workspace: Workspace, raw: RawFile, released: bool = False) -> Outcome:
    """Return what became of a file that was dealt with before and is read once more; `released` passes the gates."""
    with workspace.scratch() as scratch:
        return Import(workspace, dt.datetime.max, scratch).read(raw, released=released)


def undo(workspace: Workspace, sha256: str) -> Outcome:
    """Return what became of an imported file that somebody takes back: earlier versions show again, and it can be imported again.

    Raises
    ------
    NoSuchFile
        If no such file is imported.
    """
    sha256 = workspace.find_file(sha256, ["imported"])
    return Outcome.of(workspace.undo(sha256), sha256, "undone")


def _same(file: str) -> Note:
    return Note("same_bytes", {"file": file})


def _faults(name: str, fault: Exception) -> list[Fault]:
    """What is wrong, in the words of the error; one that is not about a file is named and traced in the log."""
    known = sources.refusal(fault)
    if known or isinstance(fault, InvalidTable):
        return known
    if not isinstance(fault, DataRejected):
        logger.error("%s cannot be read: %s: %s", name, type(fault).__name__, fault)
        logger.debug("%s", name, exc_info=fault)
    return [Fault(0, "", t("imports.expected.readable"), str(fault) if isinstance(fault, DataRejected) else f"{type(fault).__name__}: {fault}")]
