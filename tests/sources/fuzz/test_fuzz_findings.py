"""What the attack found, each in its smallest form."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from workbench import sources
from workbench.errors import UnknownReport, UnreadableFile
from workbench.runs import import_files
from workbench.sources.reading.numbers import numbers
from workbench.sources.report import Parsed
from workbench.store import Workspace

NOW = dt.datetime(2026, 11, 1, 6)


@pytest.mark.parametrize("text", ["1e308", "-1e309", "99999999999999999999999999", "inf"])
@pytest.mark.parametrize("beside", ["1", "€ 1"], ids=["plain", "with a sign of money"])
def test_a_number_beyond_all_measure_is_none(text, beside):
    """Times a price it would be infinite, and so would every sum."""
    found, bad = numbers(pa.array([text, beside]))
    assert bad.tolist() == [True, False]
    assert np.isnan(found[0]) and found[1] == 1


def test_a_header_of_one_endless_word_is_told_short(tmp_path):
    (tmp_path / "a.txt").write_text("[" * 6000 + "\nx\n")
    with pytest.raises(UnknownReport) as caught:
        sources.parse(tmp_path / "a.txt", sources.Context("a.txt", NOW))
    assert len(str(caught.value)) < 400


def test_what_fails_after_faults_were_found_is_told_too_and_no_row_counts_as_kept(tmp_path, monkeypatch):
    """A big packed file may have faults in its first rows, and break off far below them."""
    (tmp_path / "a.csv").write_text("supplier,production_days\nacme,x\nbolt,3\n")

    def breaks_off(self, blocks, source):
        yield from blocks
        raise UnreadableFile(source, "a whole file", "one that breaks off")

    monkeypatch.setattr(Parsed, "_checked", breaks_off)
    (outcome,) = import_files(Workspace.create(tmp_path / "shop"), [tmp_path / "a.csv"], NOW).files
    assert (outcome.status, outcome.rows, outcome.kept, outcome.dropped) == ("refused", 2, 0, {"refused": 2})
    assert {fault.got for fault in outcome.faults} == {"'x'", "one that breaks off"}
