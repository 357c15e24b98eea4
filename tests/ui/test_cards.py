"""Parts as HTML: escaped, labelled, status never by colour alone, errors without a traceback."""

import re

import pytest
from pydantic import BaseModel, Field, ValidationError

from workbench import errors
from workbench.i18n import use
from workbench.ui import cards, guard
from workbench.ui.cards import Decision, Kpi, Pill
from workbench.ui.meta import Meta
from workbench.ui.part import Part
from workbench.ui.problem import Problem


class Params(BaseModel):
    cover_good_days: float = Field(default=60, ge=1, le=365)


def invalid() -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Params(cover_good_days=0)
    return caught.value


FAILURES = [
    ValueError("bad <b>value</b>"), KeyError("sku"), ZeroDivisionError(), MemoryError(), RuntimeError("x" * 9000), OSError(28, "No space left"),
    errors.NoData("stock", "health.score", "Import one."), errors.NotEnoughHistory(9, 28), errors.BadParameters("health", ["a", "b"]),
    errors.StaleRateCard("storage", "US", "2027-01-01", "2026-12-31"), errors.InvalidTable("sales", [errors.Fault(3, "units", "a number", "'x'")]), invalid(),
]  # fmt: skip


def fail(error):
    raise error


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("error", FAILURES, ids=lambda e: type(e).__name__)
def test_whatever_fails_becomes_a_card_without_a_traceback(error, language, meta, caplog):
    with use(language):
        shown = guard(lambda: fail(error), Meta(**{f: getattr(meta, f) for f in meta.__slots__} | {"language": language}), where="health").html
    assert "jp-wb-error" in shown and "run-7" in shown and "data-copy" in shown
    assert "Traceback" not in shown and "File &#34;" not in shown and "<b>value" not in shown
    assert not re.search(r"\[ui\.|\[screen\.", shown)
    assert any(record.exc_info for record in caplog.records), "the traceback is in the log"


def test_a_part_that_fails_shows_the_card_and_comes_back(meta):
    state = {"fails": True}
    made = Part(lambda: fail(ValueError("no")) if state["fails"] else "<p>fine</p>", meta)
    assert "jp-wb-error" in made.html
    state["fails"] = False
    made.draw()
    assert made.html == "<p>fine</p>"


def test_a_handler_that_fails_is_said_not_thrown():
    made, sent = Part(lambda: "", kpi=lambda value: fail(ValueError(value))), []
    made.send = lambda content, buffers=None: sent.append(content)
    made.receive({"type": "event", "name": "kpi", "value": "x"})
    made.receive({"type": "event", "name": "unknown"})
    made.receive({"type": "no such message"})
    assert [s["type"] for s in sent] == ["say"]


def test_out_of_range_is_said_in_the_readers_words():
    assert Problem.of(invalid()).said == "Cover without loss: at least 1.0"
    with use("zh"):
        assert Problem.of(invalid()).said == "可售天数：不扣分上限：不小于 1.0"


@pytest.mark.parametrize("light", ["red", "amber", "green", "grey"])
def test_status_is_icon_word_and_colour(light):
    chip = str(cards.status_chip(light))
    assert f"jp-wb-tone-{light}" in chip and re.search(r'aria-hidden="true">[●▲✓–]</span>\w', chip)


def test_kpis_filter_only_where_they_can():
    html = cards.kpi_strip([Kpi("light:red", "Act <now>", "27", pressed=True), Kpi("excess", "Excess", "$1", definition="Landed cost", trend=[1, 2])])
    assert html.count("<button") == 1 and 'aria-pressed="true"' in html and "Act &lt;now&gt;" in html and "<svg" in html and "Landed cost" in html


def test_pills_count_rows_and_can_be_cleared():
    html = cards.filter_pills([Pill("a:x", "X", 1200, pressed=True), Pill("a:y", "Y", 3)], shown=3, total=1203)
    assert "1,200" in html and "3 of 1,203 rows" in html and 'data-key="pill-clear"' in html
    assert "pill-clear" not in cards.filter_pills([Pill("a:x", "X", 1)], shown=1, total=1)


def test_header_says_shop_day_freshness_and_offers_languages(meta):
    html = cards.header("Act now", meta, language="en", places=["fba-us"], link="sku=A")
    assert "Kitchen &amp; Co" in html and "2026-11-22" in html and "up to date" in html and "Sample data" in html and 'data-value="zh"' in html


@pytest.mark.parametrize(("days", "light"), [(None, "grey"), (0, "green"), (1, "green"), (3, "amber"), (4, "red")])
def test_freshness(days, light, meta):
    assert Meta("s", meta.as_of, freshness_days=days).freshness == light


def test_decision_empty_and_call_cards():
    decision = cards.decision_card(
        Decision("d1", "Order 120 of C", "Runs out in 5 days.", "$55", "120", "2026-11-24"), buttons={"accept": "Accept as proposal"}
    )
    assert 'data-event="accept"' in decision and 'data-value="d1"' in decision and "2026-11-24" in decision
    assert 'data-copy="workbench run daily"' in cards.empty_card("Health", "No stock yet.", command="workbench run daily")
    assert "a &lt; b" in cards.call_card("a < b")
