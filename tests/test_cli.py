"""The command line: mistakes become a message and an exit code, never a traceback."""

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


def test_import_says_what_was_quarantined(tmp_path, monkeypatch, capsys):
    (tmp_path / "workbench.toml").write_text("")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "odd.csv").write_text("colour,weather\nred,fine\n")
    monkeypatch.setattr("sys.argv", ["workbench", "import", "-w", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3 and "odd.csv" in capsys.readouterr().err
