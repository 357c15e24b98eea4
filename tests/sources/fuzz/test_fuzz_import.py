"""Thousands of broken files of every report: none crashes the import, none gets in by half, every refusal says why, every unit is accounted for."""

import random
import resource
import sys
from collections import defaultdict

import pytest

SEED = 20261101
SHORT, LONG = 500, 20_000
MORE_MEMORY = 700 << 20


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def hold(found, before: int, cases: int) -> None:
    assert found.broken == []
    assert sum(found.statuses.values()) >= cases
    assert found.statuses["imported"] > 0.2 * cases and found.statuses["refused"] > 0.2 * cases, found.statuses
    assert len(found.imported) > 40, "files of most reports get in, or the attack is none"
    assert found.accounted > 0.05 * cases
    assert peak() - before < MORE_MEMORY


def test_valid_files_of_every_report_get_in(fuzz_files, fuzz_attack, tmp_path):
    """The attack starts from files that are good."""
    mutations, rng = sys.modules["fuzz_mutations"], random.Random(SEED)
    sheets = [fuzz_files.sheet(at, 5, rng) for at in range(len(fuzz_files))]
    cases = [mutations.Case(f"{at:03d}", sheet.text().encode(), ["valid"], sheet.kind, sheet.delimiter) for at, sheet in enumerate(sheets)]
    found, rooms = fuzz_attack.Found(), defaultdict(list)
    for at, case in enumerate(cases):  # a shop for each generation of a report: in one they would overlap
        rooms[sum(other.kind == case.kind for other in cases[:at])].append(case)
    for room, together in rooms.items():
        fuzz_attack.batch(together, tmp_path / str(room), found)
    assert found.broken == []
    assert found.statuses == {"imported": len(cases)}


@pytest.mark.xdist_group("fuzz")
def test_broken_files(fuzz_files, fuzz_attack, tmp_path):
    before = peak()
    hold(fuzz_attack.attack(range(SHORT), SEED, fuzz_files, tmp_path), before, SHORT)


@pytest.mark.soak
def test_very_many_broken_files(fuzz_files, fuzz_attack, tmp_path):
    before = peak()
    hold(fuzz_attack.attack(range(SHORT, SHORT + LONG), SEED, fuzz_files, tmp_path), before, LONG)
