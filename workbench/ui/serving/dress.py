"""What a dashboard's template is told before its kernel starts: the bar, the words, the language."""

from typing import Any

from workbench.i18n import catalogue, t
from workbench.ui.overview.frame import NOTEBOOKS, frame

WORDS = (
    "start", "step", "draw", "copied", "copy_details", "fault_title", "fault_cause", "fault_next", "broken_title", "broken_cause",
    "broken_next", "asleep_title", "asleep_cause", "asleep_next",
)  # fmt: skip


def words() -> dict[str, str]:
    """Return the template's texts; what the browser fills in stays as it is."""
    return {name: t(f"serving.{name}", step="{step}", steps="{steps}") for name in WORDS}


def dress(handler: Any, notebook: Any, cwd: str) -> Any:
    """Return the notebook with the page's context in its metadata, where the template finds it."""
    screen = next((name for name, file in NOTEBOOKS.items() if handler.request.path.endswith(f"/{file}.ipynb")), "")
    with catalogue.use(handler.tongue):
        page = frame(handler.about(), screen, "dashboards")
        page["words"] |= words()
        notebook.metadata["workbench_page"] = page
    return notebook
