"""The static pages: complete, safe, in two languages, asking nothing of the network."""

import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from workbench.i18n import LANGUAGES, catalogue, use
from workbench.settings import shipped
from workbench.ui.meta import Meta
from workbench.ui.overview import render, snapshot, write_pages
from workbench.ui.overview.frame import FACTS, NOTEBOOKS, published_day

SCREENS = ("overview", *NOTEBOOKS)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "rect"}


class Reader(HTMLParser):
    """Tags that are open, text that is read, addresses that are asked for."""

    def __init__(self, html: str):
        super().__init__()
        self.open, self.text, self.asked, self.links, self.unclosed = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.asked += [known[name] for name in ("src", "srcset", "data") if known.get(name)]
        if tag == "link":
            self.asked.append(known["href"])
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        while self.open and (top := self.open.pop()) != tag:
            self.unclosed.append(top)

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.text.append(data)


def page(screen: str, tables: dict, meta: Meta, language: str = "en") -> str:
    with use(language):
        return render(tables, meta) if screen == "overview" else snapshot(screen, tables, meta)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_page_is_whole_and_asks_for_nothing(screen, language, shop, meta):
    html = page(screen, shop, meta, language)
    read = Reader(html)
    text = " ".join(read.text)
    assert not read.unclosed and read.open == []
    assert all(address.startswith("data:") for address in read.asked), read.asked
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html), "an address of another host"
    assert not re.search(r"\[\w+\.[\w.]+\]", text), "a key without a text"
    assert f'lang="{language}"' in html and "Sample data" in text and "Sunny <Goods>" in text
    assert "nan" not in text.lower().split()
    assert len(html) < 300_000


@pytest.mark.parametrize("screen", SCREENS)
def test_the_shops_words_are_escaped(screen, shop, meta):
    nasty = {**shop, "items": shop["items"].assign(title='<img src=x onerror="alert(1)">'), "alerts": shop["alerts"].assign(sku='"><script>alert(1)</script>')}
    html = page(screen, nasty, meta)
    assert "<script>alert" not in html and "<img" not in html and "<Goods>" not in html


@pytest.mark.parametrize("screen", SCREENS)
def test_a_shop_without_results_says_so(screen, meta):
    text = " ".join(Reader(page(screen, {}, meta)).text)
    assert "nan" not in text.lower() and "None" not in text
    assert {"overview": "Nothing to decide today"}.get(screen, "No rows yet") in text


def test_first_decision_is_the_dearest(shop, meta):
    html = page("overview", shop, meta)
    stakes = [float(m.replace(",", "")) for m in re.findall(r'jp-wb-stake jp-wb-number">\$([\d,]+)<', html)]
    rate = shop["alerts"]["currency"].map({"USD": 1.0, "GBP": 1.25})
    expected = (shop["alerts"]["money_at_stake"] * rate).nlargest(5).round().tolist()
    assert stakes == pytest.approx(expected, abs=1)


def test_a_decision_leads_to_its_row(shop, meta):
    link = next(link for link in Reader(page("overview", shop, meta, "zh")).links if "sku=" in link)
    assert re.fullmatch(r"\.\./voila/render/0\d_\w+\.ipynb\?lang=zh&sku=WB-\d{3}&location=[\w-]+", link)


def test_what_is_left_out_is_counted(shop, meta):
    assert "2 rows left out" in page("overview", shop, meta)


@pytest.mark.parametrize(("as_of", "said"), [("2026-11-22", False), ("2027-03-01", True)])
def test_fees_without_a_card_for_the_day_are_announced(shop, meta, as_of, said):
    html = page("overview", shop, replace(meta, as_of=dt.date.fromisoformat(as_of)))
    assert "No rate card for UK" in html and "No rate card for DE" not in html
    assert ("us-2026, which ends 2027-01-14" in html) is said


def test_all_pages_are_written_and_lead_to_each_other(shop, meta, tmp_path):
    written = write_pages(tmp_path / "pages", shop, meta)
    names = {file.name for file in written}
    assert names == {f"{screen}.{language}.html" for screen in SCREENS for language in LANGUAGES} | {FACTS}
    assert {file.name for file in (tmp_path / "pages").iterdir()} == names, "no scratch file is left"
    for file in written:
        if file.suffix == ".html":
            local = {link.split("#")[0] for link in Reader(file.read_text(encoding="utf-8")).links if not link.startswith("..")}
            assert local - {""} <= names
    assert published_day(tmp_path / "pages") == meta.as_of


@pytest.mark.parametrize("content", [None, "", "{}", '{"as_of": "yesterday"}'])
def test_day_of_no_pages_is_unknown(content, tmp_path):
    if content is not None:
        (tmp_path / FACTS).write_text(content, encoding="utf-8")
    assert published_day(tmp_path) is None


def test_pages_are_replaced_whole(shop, meta, tmp_path, monkeypatch):
    write_pages(tmp_path, shop, meta)
    before = (tmp_path / "overview.en.html").read_text(encoding="utf-8")

    def torn(self: Path, text: str, **kwargs: object) -> int:
        self.write_bytes(text[:10].encode())
        raise OSError(28, "no space left")

    monkeypatch.setattr(Path, "write_text", torn)
    with pytest.raises(OSError, match="no space"):
        write_pages(tmp_path, {name: pd.DataFrame(table) for name, table in shop.items()}, meta)
    assert (tmp_path / "overview.en.html").read_text(encoding="utf-8") == before


def test_every_key_of_the_templates_exists():
    missing = []
    for file in shipped("templates").joinpath("pages").glob("*.j2"):
        for key in re.findall(r"\bt\('([\w.]+)'", file.read_text(encoding="utf-8")):
            missing += [f"{file.name}: {key}"] if not catalogue.has(key) else []
    assert not missing


def test_template_holds_no_prose():
    """Words belong to the catalogues: what is left of a template without its tags and expressions has no sentence."""
    for file in [*shipped("templates").joinpath("pages").glob("*.j2"), *shipped("templates").joinpath("voila", "workbench").glob("*.j2")]:
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", bare, flags=re.DOTALL)
        assert not re.findall(r"[A-Za-z]{2,} [a-z]{2,}", bare), file.name
