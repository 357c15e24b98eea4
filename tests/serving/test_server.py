"""The server: its door, its pages, its seats, and all that it does not offer."""

import asyncio
import json
import re
import time
import uuid
from pathlib import Path

import psutil
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect
from voila.configuration import VoilaConfiguration
from voila.notebook_renderer import NotebookRenderer

from workbench.errors import NotAWorkspace
from workbench.ui.serving import serve
from workbench.ui.serving.analyst import arguments
from workbench.ui.serving.kernels import room
from workbench.ui.serving.rendering import BROKEN, EndingRenderer

TOKEN = "a-token-for-tests"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def kernel_of(html: str) -> str:
    return json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)[1])["kernelId"]


def seated(reader) -> str:
    """A dashboard, as soon as there is a seat: on a busy machine the last reader's kernel takes a moment to go."""
    deadline = time.monotonic() + 60
    while (found := reader.ask("/voila/render/03_health.ipynb"))[0].status == 503:
        assert time.monotonic() < deadline, "no seat became free"
        time.sleep(0.25)
    return found[1]


def leave(reader, html: str) -> int:
    return reader.ask(f"/voila/api/shutdown/{kernel_of(html)}", "POST", **{"X-XSRFToken": reader.cookies["_xsrf"]})[0].status


@pytest.mark.parametrize("path", ["/", "/pages/overview.en.html", "/pages/pages.json", "/voila/render/03_health.ipynb", "/nowhere"])
def test_a_stranger_is_led_to_the_door(stranger, path):
    answer, text = stranger.ask(path)
    assert answer.status == 302 and answer.headers["Location"].startswith("/login")
    assert "Sunny" not in text


def test_the_door_asks_for_the_token_and_tells_nothing(stranger):
    answer, text = stranger.ask("/login?next=/&lang=zh")
    assert answer.status == 200 and 'type="password"' in text and 'lang="zh"' in text and "Sunny" not in text
    assert stranger.ask("/login", "POST", "password=wrong", **FORM)[0].status == 403, "a form of another site has no mark"
    mark = re.search(r'name="_xsrf" value="([^"]+)"', text)[1]
    assert stranger.ask("/login", "POST", f"password=wrong&_xsrf={mark}", **FORM)[0].status == 401
    assert stranger.ask("/pages/overview.en.html")[0].status == 302
    assert stranger.ask("/login?next=/", "POST", f"password={TOKEN}&_xsrf={mark}", **FORM)[0].status == 302
    assert stranger.ask("/pages/overview.en.html")[0].status == 200


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "https:///evil.example"])
def test_the_door_leads_nowhere_else(stranger, elsewhere):
    mark = re.search(r'name="_xsrf" value="([^"]+)"', stranger.ask("/login")[1])[1]
    answer, _ = stranger.ask(f"/login?next={elsewhere}", "POST", f"password={TOKEN}&_xsrf={mark}", **FORM)
    assert (answer.status, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("query", "page"),
    [("", "overview.en.html"), ("&lang=zh", "overview.zh.html"), ("&lang=xx", "overview.en.html"), ("&theme=dark", "overview.en.html?theme=dark")],
)
def test_the_printed_address_sets_a_cookie_and_leads_to_the_overview(stranger, query, page):
    answer, _ = stranger.ask(f"/?token={TOKEN}{query}")
    cookie = answer.headers["Set-Cookie"]
    assert (answer.status, answer.headers["Location"]) == (302, f"/pages/{page}")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and TOKEN not in cookie


def test_pages_are_kept_but_asked_for_again_and_may_load_nothing(reader):
    answer, text = reader.ask("/pages/health.zh.html")
    assert answer.status == 200 and "库存健康" in text
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert reader.ask("/pages/health.zh.html", **{"If-None-Match": answer.headers["Etag"]})[0].status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/pages/../workbench.toml", "/pages/..%2fworkbench.toml", "/pages/%2e%2e/workbench.toml", "/pages/pages.json", "/workbench.toml",
        "/voila/render/../workbench.toml", "/voila/render/..%2f..%2fetc%2fpasswd", "/voila/render/nothing.ipynb", "/voila/files/03_health.ipynb",
        "/voila/tree", "/voila/tree/", "/voila/api/contents/", "/api/contents", "/api/terminals", "/api/sessions", "/api/kernels", "/api/kernelspecs",
        "/files/notebooks/03_health.ipynb", "/lab", "/tree",
    ],
)  # fmt: skip
def test_what_is_not_offered(reader, path):
    answer, text = reader.ask(path)
    assert answer.status in (403, 404)
    assert "shop =" not in text and "root:x" not in text and '"cells"' not in text
    assert "There is no such page" in text or "not allowed" in text


@pytest.mark.parametrize("path", ["/api/kernels", "/api/contents", "/api/terminals"])
def test_nothing_can_be_made(reader, path):
    assert reader.ask(path, "POST", "{}")[0].status in (403, 404, 405)


def test_another_name_for_this_machine_is_refused(reader):
    assert reader.ask("/pages/overview.en.html", Host="evil.example")[0].status == 403


def test_the_chart_script_is_served_from_here(reader):
    answer, text = reader.ask("/voila/labextensions/inventory-workbench/static/plotly.min.js")
    assert answer.status == 200 and len(text) > 1_000_000 and "plotly" in text[:300].lower()


def test_a_dashboard_speaks_the_readers_language_and_holds_a_seat(reader):
    answer, text = reader.ask("/voila/render/03_health.ipynb?lang=zh&sku=WB-001")
    assert answer.status == 200 and 'lang="zh"' in text and "Sample data" in text
    assert 'aria-current="page">库存健康' in text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
    assert {e["name"] for e in config["federated_extensions"]} == {"@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"}
    full, words = reader.ask("/voila/render/03_health.ipynb")
    assert full.status == 503 and "All 1 seats are taken" in words and full.headers["Retry-After"]
    assert leave(reader, text) == 204
    again, text = reader.ask("/voila/render/03_health.ipynb")
    assert again.status == 200 and leave(reader, text) == 204


def test_a_failed_cell_is_a_card_without_traceback(reader, served_workspace):
    answer, text = reader.ask("/voila/render/02_forecast.ipynb")
    leave(reader, text)
    assert answer.status == 200 and "This part of the dashboard could not be shown" in text
    shown = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r"ZeroDivisionError|Traceback|hunter2|noise|ipykernel|never", shown)
    assert "ZeroDivisionError" in (served_workspace / "serve.log").read_text(encoding="utf-8"), "the log keeps what happened"


def test_a_kernel_that_dies_ends_the_page_with_a_card(reader):
    answer, text = reader.ask("/voila/render/04_clearance.ipynb")
    assert answer.status == 200 and "</html>" in text
    assert text.count("This part of the dashboard could not be shown") == 1 and "04_clearance.ipynb [2]" in text


def test_a_kernel_that_died_takes_no_seat(reader):
    reader.ask("/voila/render/04_clearance.ipynb")
    leave(reader, seated(reader))


def test_an_error_between_cells_ends_the_page(tmp_path, monkeypatch):
    async def torn(self, kernel_id=None, kernel_future=None):
        yield "<html>", {}
        raise RuntimeError("Kernel died before replying to kernel_info")

    async def pieces(renderer):
        return [piece async for piece, _ in renderer.generate_content_generator("k", None)]

    monkeypatch.setattr(NotebookRenderer, "generate_content_generator", torn)
    renderer = EndingRenderer(voila_configuration=VoilaConfiguration(), notebook_path="03_health.ipynb")
    assert asyncio.run(pieces(renderer)) == ["<html>", BROKEN]


def message(kind: str, content: dict) -> str:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": uuid.uuid4().hex, "version": "5.3"}
    return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"})


async def talk(url: str, cookies: dict[str, str], kernel: str, sent: list[str]) -> set[str]:
    """Send messages to a kernel over its socket; return the kinds of message that come back until the last is answered."""
    cookie = "; ".join(f"{k}={v}" for k, v in cookies.items())
    socket = await websocket_connect(HTTPRequest(f"{url.replace('http', 'ws')}api/kernels/{kernel}/channels", headers={"Cookie": cookie}))
    for text in sent:
        await socket.write_message(text)
    heard: set[str] = set()
    while "comm_info_reply" not in heard:
        heard.add(json.loads(await asyncio.wait_for(socket.read_message(), 20))["header"]["msg_type"])
    socket.close()
    return heard


def test_who_holds_the_token_cannot_run_code(reader, front_door, tmp_path):
    text = seated(reader)
    trap = tmp_path / "ran"
    code = message("execute_request", {"code": f"open({str(trap)!r}, 'w').close()", "silent": False, "store_history": False})
    heard = asyncio.run(talk(front_door, reader.cookies, kernel_of(text), [code, message("comm_info_request", {})]))
    leave(reader, text)
    assert "comm_info_reply" in heard and "execute_reply" not in heard and not trap.exists()


def test_other_users_of_the_machine_cannot_read_along(reader):
    text = seated(reader)
    command = next(one.info["cmdline"] for one in psutil.process_iter(["cmdline"]) if kernel_of(text) in " ".join(one.info["cmdline"] or []))
    told = json.loads(Path(next(part for part in command if part.endswith(".json"))).read_text())
    leave(reader, text)
    assert told["curve_secretkey"] and told["curve_publickey"]


def test_a_seat_that_nobody_uses_is_given_back(reader):
    text = seated(reader)
    path, deadline = f"/api/kernels/{kernel_of(text)}", time.monotonic() + 60
    assert reader.ask(path)[0].status == 200
    while reader.ask(path)[0].status == 200:
        assert time.monotonic() < deadline, "the idle kernel is still there"
        time.sleep(0.25)
    assert reader.ask(path)[0].status == 404


@pytest.mark.parametrize(("free", "most", "warm"), [(0, 2, 0), (1500, 2, 0), (2400, 5, 0), (2500, 6, 1), (100_000, 24, 1)])
def test_seats_by_free_memory(free, most, warm):
    found = room(free)
    assert (found.most, found.warm) == (most, warm)


def test_no_workspace_no_server(tmp_path):
    with pytest.raises(NotAWorkspace):
        serve(tmp_path, 0)


def test_jupyterlab_is_told_everything_on_its_command_line(tmp_path):
    told = arguments(tmp_path, 8888, "secret", False)
    for wanted in ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly"):
        assert wanted in told
    assert f"--ServerApp.root_dir={tmp_path}" in told and "--ServerApp.ip=127.0.0.1" in told
    assert told.count("--VoilaConfiguration.template=workbench") == 1
    assert sum(word.startswith("--VoilaConfiguration.extension_allowlist=") for word in told) == 3
