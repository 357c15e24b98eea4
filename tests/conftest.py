"""Fixtures that every test may use."""

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]


os.environ.setdefault("NUMBA_CACHE_DIR", tempfile.mkdtemp(prefix="numba-"))
"""Kernels of all runs in a session share what numba compiled."""
hypothesis.settings.register_profile("workbench", deadline=None)  # how long an example takes decides no test
hypothesis.settings.load_profile("workbench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that run side by side share what is dear to make: one room goes to one worker, all users of the demo to the same."""
    for item in items:
        room = item.path.relative_to(ROOT)
        demo = "demo_workspace" in getattr(item, "fixturenames", ()) or "browser" in room.parts
        item.add_marker(pytest.mark.xdist_group("demo" if demo else str(room if "forecasting" in room.parts else room.parent)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; absent, the test is skipped with the reason, except in CI, where it fails."""
    folder = Path(os.environ.get("WORKBENCH_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.exists():
        reason = f"real data not found at {folder} (set WORKBENCH_SHARED_DATA)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up shop after one daily run with real kernels; read only: copy it to change it."""
    from workbench.runs import execute
    from workbench.runs.workspaces import create

    folder = tmp_path_factory.mktemp("demo") / "workspace"
    workspace = create(folder, sample={"seed": 1, "n_skus": 12, "months": 15})
    record = execute("daily", {}, workspace)
    assert record["status"] == "ok", record["message"]
    return folder
