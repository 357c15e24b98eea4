"""Which files there are to import: those of the inbox, or those that somebody names, folders and archives opened."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PASSED_OVER = (".", "~")
"""How names begin that systems and spreadsheets leave in folders."""


@dataclass(frozen=True, slots=True)
class Given:
    """A path to import; `named` if somebody asked for it itself."""

    path: Path
    named: bool = False

    def why_not(self) -> str:
        """Return the code of what it is if it is no file that may be read; empty if it is one.

        A link in a folder may lead anywhere and is not followed; one that somebody names is.
        """
        if self.path.is_symlink() and not self.named:
            return "link"
        return "" if self.path.is_file() else "no_file"


def of_folder(folder: Path) -> list[Given]:
    """Return the files of a folder and the folders in it, the oldest first."""
    return _in_order(Given(path) for path in _within(folder))


def of_names(paths: Sequence[Path]) -> list[Given]:
    """Return the files that somebody names, folders opened, the oldest first."""
    return _in_order(given for path in paths for given in (map(Given, _within(path)) if path.is_dir() else [Given(path, named=True)]))


def _within(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(_PASSED_OVER)]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in (*names, *links) if not name.startswith(_PASSED_OVER))


def _in_order(found: Iterator[Given]) -> list[Given]:
    """By when they were saved, so that each file is held against those before it."""
    return sorted(found, key=lambda given: (given.path.lstat().st_mtime_ns, given.path.as_posix()))
