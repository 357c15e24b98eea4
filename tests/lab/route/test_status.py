"""The panel's route: who may ask, what it answers, and how faults read."""

import asyncio
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import JupyterServerAuthWarning
from tornado.httpclient import HTTPClientError

from workbench.i18n import t, use
from workbench.lab.place import find_place
from workbench.lab.server import _load_jupyter_server_extension as load
from workbench.store import Workspace


@pytest.fixture
def jp_server_config():
    return {"ServerApp": {"jpserver_extensions": {"workbench": True}, "allow_unauthenticated_access": False}}


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No workspace of ours in the environment; no browser of other tests, whose loop stays marked as running in this thread."""
    monkeypatch.delenv("WORKBENCH_WORKSPACE", raising=False)
    others = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(others)


@pytest.fixture
def workspace(jp_root_dir) -> Workspace:
    made = Workspace.create(Path(jp_root_dir), shop="Corner shop", watermark="sample data")
    (made.root / "notebooks").mkdir()
    (made.root / "notebooks" / "03_health.ipynb").write_text("{}")
    return made


async def status(jp_fetch, **params) -> dict:
    response = await jp_fetch("workbench", "status", params=params)
    assert response.code == 200
    return json.loads(response.body)


async def test_without_token_nothing_is_told(jp_fetch, workspace):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("workbench", "status", headers={"Authorization": ""})
    assert refused.value.code == 403
    assert "Corner shop" not in refused.value.response.body.decode()


class OpenHandler(APIHandler):
    """A route that forgot to ask who is there."""

    async def get(self):
        self.finish("{}")


async def test_every_verb_of_every_route_asks_who_is_there(jp_serverapp):
    """A server that allows no unauthenticated access looks at each handler, and warns of one that forgot."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", JupyterServerAuthWarning)
        load(jp_serverapp)
    with pytest.warns(JupyterServerAuthWarning, match="OpenHandler"):
        jp_serverapp.web_app.add_handlers(".*$", [("/open", OpenHandler)])


async def test_a_folder_that_is_no_workspace_says_so(jp_fetch):
    answer = await status(jp_fetch)
    assert answer["workspace"] is None
    assert not any(notebook["present"] for notebook in answer["notebooks"])


async def test_a_new_workspace_has_nothing_to_tell(jp_fetch, workspace):
    told = (await status(jp_fetch))["workspace"]
    assert (told["shop"], told["known"], told["through"], told["run"]) == ("Corner shop", None, None, None)
    assert told["lights"] == [] and told["alerts"] == {"total": 0, "first": []}


async def test_data_and_results_are_told(jp_fetch, workspace, filled):
    filled(workspace)
    answer = await status(jp_fetch)
    told = answer["workspace"]
    assert (told["through"], told["known"], told["results"]) == ("2026-10-31", "2026-11-01T06:12:00Z", "2026-11-01")
    assert [(light["light"], light["count"]) for light in told["lights"]] == [("red", 2), ("amber", 1), ("green", 4), ("grey", 0)]
    assert told["alerts"]["total"] == 8
    first = told["alerts"]["first"]
    assert [alert["sku"] for alert in first] == ["SKU-1", "SKU-2", "SKU-3", "SKU-4", "SKU-5"]
    assert (first[0]["money"], first[0]["due"], first[1]["due"]) == ("$1,234", "2026-11-05", None)
    assert [alert["notebook"] for alert in first[:3]] == ["03_health", "04_clearance", "04_clearance"]
    assert first[0]["sentence"] == t("reason.cover_above", value=210.0, limit=60.0)
    assert told["run"] == {
        "name": "daily", "status": "ok", "stage": None, "message": "", "started": "2026-11-01T06:15:00Z", "finished": "2026-11-01T06:16:30Z",
    }  # fmt: skip
    assert {n["path"]: n["present"] for n in answer["notebooks"]}["notebooks/03_health.ipynb"]


async def test_the_reader_is_answered_in_his_language(jp_fetch, workspace, filled):
    filled(workspace)
    told = (await status(jp_fetch, language="zh"))["workspace"]
    with use("zh"):
        assert told["lights"][0]["word"] == t("light.red")
        assert told["alerts"]["first"][0]["sentence"] == t("reason.cover_above", value=210.0, limit=60.0)


@pytest.mark.parametrize(
    ("text", "code", "kind", "names"),
    [
        ('shop = "x"\nlangauge = "zh"\n', 409, "BadParameters", "langauge"),
        ("shop = \n", 409, "BadParameters", "line 1"),
        ('state_url = "nonsense://x"\n', 500, "NoSuchModuleError", "nonsense"),
    ],
    ids=["unknown setting", "not TOML", "not ours to name"],
)
async def test_faults_are_messages(jp_fetch, workspace, text, code, kind, names):
    (workspace.root / "workbench.toml").write_text(text)
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("workbench", "status")
    answer = json.loads(refused.value.response.body)
    assert (refused.value.code, answer["kind"]) == (code, kind)
    assert names in answer["message"] and "Traceback" not in answer["message"]


async def test_the_page_knows_language_and_notebooks(jp_serverapp):
    page = jp_serverapp.web_app.settings["page_config_data"]
    assert (page["workbenchLanguage"], page["workbenchNotebooks"]) == ("en", "notebooks")


def test_loading_the_extension_is_quick():
    """The server waits for it; the heavy imports come with the first question."""
    code = "import sys, workbench.lab.server; print(sorted({'pandas', 'duckdb', 'sqlalchemy', 'sktime', 'papermill'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("here", "named", "found", "notebooks"),
    [
        ("shop", None, "shop", "notebooks"),
        (".", "shop", "shop", "shop/notebooks"),
        ("shop", "other", "shop", "notebooks"),
        ("empty", "other", "other", "notebooks"),
        ("empty", "empty", None, "notebooks"),
    ],
)
def test_where_the_workspace_lies(tmp_path, monkeypatch, here, named, found, notebooks):
    for name in ("shop", "other", "empty"):
        (tmp_path / name).mkdir()
    for name in ("shop", "other"):
        (tmp_path / name / "workbench.toml").touch()
    if named:
        monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path / named))
    place = find_place(str(tmp_path / here))
    assert place.workspace == (found and tmp_path / found)
    assert place.notebooks == notebooks
