"""`workbench ...`: parse, call, print. Every command acts on the workspace in the current folder, --workspace, or $WORKBENCH_WORKSPACE."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.errors import WorkbenchError
from workbench.i18n import catalogue, number, t
from workbench.settings import find_workspace

if TYPE_CHECKING:
    from workbench.runs import Outcome
    from workbench.store import Workspace

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Inventory workbench.")
Place = Annotated[Path | None, typer.Option("--workspace", "-w", help="Workspace folder.")]


def main() -> None:
    """Run the command line; a mistake of ours becomes a message and an exit code, never a traceback."""
    try:
        app()
    except WorkbenchError as fault:
        typer.echo(str(fault), err=True)
        sys.exit(fault.exit_code)


def _open(place: Path | None) -> "Workspace":
    from workbench.store import Workspace

    workspace = Workspace(find_workspace(place))
    catalogue.choose(workspace.settings.language)
    return workspace


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new workspace.")],
    sample: Annotated[bool, typer.Option("--sample", help="Fill the inbox with the reports of a made-up shop.")] = False,
    seed: Annotated[int, typer.Option(help="Which made-up shop.")] = 1,
    skus: Annotated[int, typer.Option(min=1, help="SKUs of the made-up shop.")] = 300,
    months: Annotated[int, typer.Option(min=1, help="Months of its history.")] = 48,
    difficulty: Annotated[str, typer.Option(help="normal or hard.")] = "normal",
) -> None:
    """Make a workspace: inbox, tables, notebooks, forms and workbench.toml."""
    from workbench.runs.workspaces import create

    workspace = create(folder, sample={"seed": seed, "n_skus": skus, "months": months, "difficulty": difficulty} if sample else None)
    files = sum(1 for _ in workspace.inbox.iterdir())
    typer.echo(t("cli.initialised", folder=folder, files=number(files)))


@app.command("import")
def import_(
    files: Annotated[list[Path] | None, typer.Argument(exists=True, help="Files or folders; without any, the inbox.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
    workspace: Place = None,
) -> None:
    """Read report files: those named, or the inbox. Exit codes: 0 all imported or known already, 3 any held back or refused."""
    from workbench.runs import import_files, import_inbox

    place = _open(workspace)
    bar = _Reading()
    outcome = import_files(place, files, _now(), bar.files, bar.rows) if files else import_inbox(place, _now(), bar.files, bar.rows)
    for file in outcome.files:
        typer.echo(json.dumps(file.as_json(), ensure_ascii=False, default=str) if as_json else file.line())
    if not as_json:
        counts = {word: len(outcome.names(word)) for word in ("imported", "unchanged", "quarantined", "refused")}
        typer.echo(t("cli.imported", rows=number(outcome.rows), **counts))
    raise typer.Exit(3 if outcome.bad else 0)


@app.command()
def release(
    file: Annotated[str, typer.Argument(help="Name of a file that is held back, or the start of its SHA-256.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    workspace: Place = None,
) -> None:
    """Let a file in that was held back for what it lacks against the last good one."""
    from workbench import runs

    _answer(runs.release(_open(workspace), file), as_json)


@app.command()
def undo(
    file: Annotated[str, typer.Argument(help="Name of an imported file, or the start of its SHA-256.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    workspace: Place = None,
) -> None:
    """Take an imported file back: what was known before it shows again. Name the file to import it once more."""
    from workbench import runs

    _answer(runs.undo(_open(workspace), file), as_json)


@app.command()
def forms(
    table: Annotated[list[str] | None, typer.Argument(help="Tables, such as items or suppliers; all that are filled by hand if none is named.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder; the workspace's own folder forms if not given.")] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Workbooks that explain each column, instead of CSV.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there already.")] = False,
    workspace: Place = None,
) -> None:
    """Write forms for what no report holds, filled with what is known; edited, they go into the inbox."""
    from workbench.runs.forms import write_forms

    for form in write_forms(_open(workspace), table or (), to, "xlsx" if xlsx else "csv", force):
        told = "forms.there_already" if form.rows is None else "forms.written"
        typer.echo(t(told, file=form.file, rows=number(form.rows or 0)))


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="daily, or the name of one notebook such as 03_health.")],
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="name=value, as often as needed.")] = None,
    params: Annotated[Path | None, typer.Option("--params", help="JSON file with parameters.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record of the run as JSON.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Time limit in seconds.")] = 3600.0,
    workspace: Place = None,
) -> None:
    """Run a notebook with typed parameters, or the daily job. Exit codes: 0 ok, 2 bad parameters, 3 data rejected, 4 failed, 5 timeout."""
    from workbench.runs import execute

    place = _open(workspace)
    given = {**(_from_file(params) if params else {}), **_pairs(param or [])}
    record = execute(notebook, given, place, timeout_seconds=timeout, progress=lambda r: _bar(r.stage, r.done, r.total, r.left))
    if record["status"] == "ok":
        _write_pages(place, dt.date.fromisoformat(record["params"]["as_of"]), record["id"])
    if as_json:
        typer.echo(json.dumps(record, default=str))
    else:
        typer.echo(t(f"cli.run.{record['status']}", run=record["id"], message=record["message"]))
    raise typer.Exit(record["exit_code"])


@app.command()
def summary(workspace: Place = None) -> None:
    """Print the newest results on one screen."""
    from workbench.runs import decision_day
    from workbench.store import Tables
    from workbench.ui.meta import Meta
    from workbench.ui.overview import lines
    from workbench.ui.overview import summary as figures

    place = _open(workspace)
    day = decision_day(place)
    shown = lines(figures(Tables(place, day), Meta.of(place, day)))
    typer.echo(t("cli.summary", shop=place.settings.shop, day=day, watermark=place.settings.watermark))
    for label, figure in shown:
        typer.echo(f"  {label}: {figure}")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8866,
    token: Annotated[str | None, typer.Option(help="Access token; made up if not given.")] = None,
    workspace: Place = None,
) -> None:
    """Serve the overview and the dashboards on 127.0.0.1, behind a token."""
    from workbench.runs.workspaces import furnish
    from workbench.ui.serving import serve as start

    start(furnish(_open(workspace)).root, port, token)


@app.command()
def lab(workspace: Place = None) -> None:
    """Open JupyterLab in the workspace."""
    from workbench.runs.workspaces import furnish
    from workbench.ui.serving import lab as start

    start(furnish(_open(workspace)).root)


@app.command()
def doctor(workspace: Place = None) -> None:
    """Check versions, extension, templates and workspace; say what to do about each fault."""
    from workbench.runs.doctor import examine

    findings = examine(find_workspace(workspace))
    for finding in findings:
        typer.echo(f"{'✓' if finding.ok else '✗'} {finding.what}" + ("" if finding.ok else f"\n    {finding.todo}"))
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _answer(outcome: "Outcome", as_json: bool) -> None:
    typer.echo(json.dumps(outcome.as_json(), ensure_ascii=False, default=str) if as_json else outcome.line())
    raise typer.Exit(3 if outcome.status == "refused" else 0)


def _write_pages(workspace: "Workspace", day: dt.date, run_id: str) -> None:
    """Put the overview and a still page of each dashboard beside the tables they show."""
    from workbench.store import Tables
    from workbench.ui.meta import Meta
    from workbench.ui.overview import write_pages

    write_pages(workspace.root / "pages", Tables(workspace, day), Meta.of(workspace, day, run_id))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _from_file(file: Path) -> dict[str, Any]:
    from workbench.errors import BadParameters

    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BadParameters(str(file), [f"expected a JSON file, got {fault}"]) from None
    if not isinstance(found, dict):
        raise BadParameters(str(file), [f"expected an object of names and values, got {type(found).__name__}"])
    return found


def _pairs(given: list[str]) -> dict[str, str]:
    from workbench.errors import BadParameters

    wrong = [f"{pair!r}: expected name=value" for pair in given if "=" not in pair]
    if wrong:
        raise BadParameters("run", wrong)
    return {name.strip(): value for name, value in (pair.split("=", 1) for pair in given)}


_last = ""


def _bar(stage: str, done: int, total: int, left: float | None) -> None:
    """One line on stderr that grows in place on a terminal, one line a stage in a log."""
    global _last
    seconds = "" if left is None else t("cli.left", seconds=number(left))
    line = f"{t(f'cli.stage.{stage}')} {done}/{total} {seconds}"
    if sys.stderr.isatty():
        typer.echo(f"\r{line:<60}" + ("\n" if done == total else ""), err=True, nl=False)
    elif done == total and line != _last:
        typer.echo(line, err=True)
    _last = line


class _Reading:
    """Progress of an import on stderr: files done, and on a terminal the rows of the file at work."""

    def files(self, stage: str, done: int, total: int) -> None:
        """Say how many files are done."""
        _bar(stage, done, total, None)

    def rows(self, file: str, rows: int) -> None:
        """Say how far a big file is."""
        if sys.stderr.isatty():
            typer.echo(f"\r{t('imports.reading', file=file, rows=number(rows)):<60}", err=True, nl=False)


if __name__ == "__main__":
    main()
