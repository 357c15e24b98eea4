"""The command line: mistakes become a message and an exit code, never a traceback."""

import json

import pytest

from workbench import cli


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), ("{", "expected a JSON file"), ("[1]", "got list"), ("\xff", "expected a JSON file")],
)
def test_a_bad_parameter_file_is_named(tmp_path, monkeypatch, capsys, content, said):
    (tmp_path / "workbench.toml").write_text("")
    file = tmp_path / "given.json"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    monkeypatch.setattr("sys.argv", ["workbench", "run", "03_health", "--params", str(file), "-w", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in told and "given.json" in told and "Traceback" not in told


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["workbench", "summary", "-w", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2 and "workbench init" in capsys.readouterr().err


RETURNS = "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition\treason\tstatus\n"
LINE = "2026-10-01T00:00:00+00:00\t111-1\tSKU-1\tB0\tX0\tLamp\t1\tPHX7\tSELLABLE\tUNWANTED_ITEM\tUnit returned\n"


@pytest.fixture
def workbench(tmp_path, monkeypatch, capsys):
    """Run a command in a workspace of its own: exit code, stdout, stderr."""
    (tmp_path / "workbench.toml").write_text("")

    def call(*words):
        monkeypatch.setattr("sys.argv", ["workbench", *map(str, words), "-w", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return call


def test_import_answers_one_json_object_a_file(workbench, tmp_path):
    (tmp_path / "odd.csv").write_text("colour,weather\nred,fine\n")
    (tmp_path / "good.txt").write_text(RETURNS + LINE)
    (tmp_path / "empty.txt").write_text(RETURNS)
    code, out, err = workbench("import", tmp_path / "odd.csv", tmp_path / "good.txt", tmp_path / "empty.txt", "--json")
    found = {answer["file"]: answer for answer in map(json.loads, out.splitlines())}
    assert code == 3 and "Import reports 3/3" in err
    assert {name: answer["status"] for name, answer in found.items()} == {"odd.csv": "refused", "good.txt": "imported", "empty.txt": "imported"}
    assert set(found["good.txt"]) >= {"file", "report", "status", "rows", "kept", "dropped", "drift", "faults", "notes", "sha256"}
    assert found["good.txt"]["report"] == "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA" and found["odd.csv"]["report"] is None
    assert [found[name]["rows"] for name in ("good.txt", "empty.txt")] == [1, 0]
    assert set(found["odd.csv"]["faults"][0]) == {"row", "column", "expected", "got"}


def test_import_of_what_is_known_ends_well(workbench, tmp_path):
    (tmp_path / "good.txt").write_text(RETURNS + LINE)
    assert workbench("import", tmp_path / "good.txt")[0] == 0
    code, out, _ = workbench("import", tmp_path / "good.txt")
    assert code == 0 and "good.txt: known already" in out


def test_import_without_files_takes_the_inbox(workbench, tmp_path):
    assert workbench("import")[:2] == (0, "0 file(s) imported, 0 known already, 0 held back, 0 refused; 0 rows\n")
    (tmp_path / "inbox" / "bad.txt").write_text(RETURNS + LINE.replace("\t1\tPHX7", "\tone\tPHX7"))
    code, out, _ = workbench("import")
    assert code == 3
    assert "bad.txt: refused; FBA customer returns" in out and "line 2, column quantity: expected a number, got 'one'" in out
    assert "Traceback" not in out


def test_a_file_that_is_not_there_is_said(workbench, tmp_path):
    code, _, err = workbench("import", tmp_path / "nowhere.txt")
    assert code == 2 and "does not exist" in err


def test_undo_and_release_name_a_file(workbench, tmp_path):
    (tmp_path / "good.txt").write_text(RETURNS + LINE)
    workbench("import", tmp_path / "good.txt")
    code, out, _ = workbench("undo", "good.txt")
    assert code == 0 and out.startswith("good.txt: taken back")
    for command in ("undo", "release"):
        code, _, err = workbench(command, "good.txt")
        assert code == 2 and "good.txt" in err and "Traceback" not in err
    assert workbench("import", tmp_path / "good.txt")[1].startswith("good.txt: imported")
