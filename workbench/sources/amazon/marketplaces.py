"""Marketplaces: their names in reports, currency, clock, and whether prices there hold the tax."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from workbench.sources.reading.headers import normal
from workbench.sources.rows import Rows


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One marketplace.

    Attributes
    ----------
    code
        Country code as sellers say it: UK, not GB.
    tax_included
        Whether the price of an order line holds the tax (VAT-inclusive price, as Amazon's note on order reports with
        VAT calculation says); in North America it does not.
    """

    code: str
    domain: str
    marketplace_id: str
    currency: str
    time_zone: str
    tax_included: bool = True

    @property
    def channel(self) -> str:
        """Return the code of the channel."""
        return f"amazon-{self.code.lower()}"

    @property
    def node(self) -> str:
        """Return the code of the FBA pool."""
        return f"fba-{self.code.lower()}"


MARKETPLACES = tuple(
    Marketplace(*row)
    for row in (
        ("US", "Amazon.com", "ATVPDKIKX0DER", "USD", "America/Los_Angeles", False),
        ("CA", "Amazon.ca", "A2EUQ1WTGCTBG2", "CAD", "America/Los_Angeles", False),
        ("MX", "Amazon.com.mx", "A1AM78C64UM0Y8", "MXN", "America/Mexico_City"),
        ("BR", "Amazon.com.br", "A2Q3Y263D00KWC", "BRL", "America/Sao_Paulo"),
        ("UK", "Amazon.co.uk", "A1F83G8C2ARO7P", "GBP", "Europe/London"),
        ("DE", "Amazon.de", "A1PA6795UKMFR9", "EUR", "Europe/Berlin"),
        ("FR", "Amazon.fr", "A13V1IB3VIYZZH", "EUR", "Europe/Paris"),
        ("IT", "Amazon.it", "APJ6JRA9NG5V4", "EUR", "Europe/Rome"),
        ("ES", "Amazon.es", "A1RKKUPIHCS9HS", "EUR", "Europe/Madrid"),
        ("NL", "Amazon.nl", "A1805IZSGTT6HS", "EUR", "Europe/Amsterdam"),
        ("SE", "Amazon.se", "A2NODRKZP88ZB9", "SEK", "Europe/Stockholm"),
        ("PL", "Amazon.pl", "A1C3SOZRARQ6R3", "PLN", "Europe/Warsaw"),
        ("BE", "Amazon.com.be", "AMEN7PMS3EDWL", "EUR", "Europe/Brussels"),
        ("IE", "Amazon.ie", "A28R8C7NBKEWEA", "EUR", "Europe/Dublin"),
        ("TR", "Amazon.com.tr", "A33AVAJ2PDY3EV", "TRY", "Europe/Istanbul"),
        ("AE", "Amazon.ae", "A2VIGQ35RCS4UG", "AED", "Asia/Dubai"),
        ("SA", "Amazon.sa", "A17E79C6D8DWNP", "SAR", "Asia/Riyadh"),
        ("EG", "Amazon.eg", "ARBP9OOSHTCHU", "EGP", "Africa/Cairo"),
        ("IN", "Amazon.in", "A21TJRUUN4KGV", "INR", "Asia/Kolkata"),
        ("JP", "Amazon.co.jp", "A1VC38T7YXB528", "JPY", "Asia/Tokyo"),
        ("AU", "Amazon.com.au", "A39IBJ37TRP1C6", "AUD", "Australia/Sydney"),
        ("SG", "Amazon.sg", "A19VAU5U5O4RUS", "SGD", "Asia/Singapore"),
        ("ZA", "Amazon.co.za", "AE08WJ6YKNBMC", "ZAR", "Africa/Johannesburg"),
    )
)
_COUNTRIES = {
    "US": "United States, United States of America, USA, 美国, アメリカ, Vereinigte Staaten",
    "CA": "Canada, 加拿大",
    "MX": "Mexico, 墨西哥",
    "BR": "Brazil, 巴西",
    "UK": "GB, United Kingdom, Great Britain, 英国, イギリス, Vereinigtes Königreich",
    "DE": "Germany, Deutschland, 德国, ドイツ",
    "FR": "France, Frankreich, 法国, フランス",
    "IT": "Italy, Italien, 意大利, イタリア",
    "ES": "Spain, Spanien, 西班牙, スペイン",
    "NL": "Netherlands, Niederlande, 荷兰",
    "SE": "Sweden, Schweden, 瑞典",
    "PL": "Poland, Polen, 波兰",
    "BE": "Belgium, Belgien, 比利时",
    "IE": "Ireland, Irland, 爱尔兰",
    "TR": "Turkey, Türkiye, Türkei, 土耳其",
    "AE": "United Arab Emirates, UAE, 阿联酋",
    "SA": "Saudi Arabia, 沙特阿拉伯",
    "EG": "Egypt, 埃及",
    "IN": "India, 印度",
    "JP": "Japan, 日本",
    "AU": "Australia, 澳大利亚",
    "SG": "Singapore, 新加坡",
    "ZA": "South Africa, 南非",
}
"""Countries as reports in several languages name them."""


@cache
def _named() -> dict[str, Marketplace]:
    names = {normal(name): place for place in MARKETPLACES for name in (place.code, place.domain, place.marketplace_id)}
    return names | {normal(name): names[normal(code)] for code, spelled in _COUNTRIES.items() for name in spelled.split(", ")}


def find(text: object) -> Marketplace | None:
    """Return the marketplace that a report means by a country code, domain or identifier.

    >>> find("GB").channel, find("Amazon.de").node, find("ATVPDKIKX0DER").currency, find("Non-Amazon")
    ('amazon-uk', 'fba-de', 'USD', None)
    """
    return _named().get(normal(text)) if isinstance(text, str) else None


def by_currency(currency: object, home: str | None = None) -> Marketplace | None:
    """Return the marketplace with a currency, the home one before others that share it; None if there is none."""
    at_home = find(home)
    if at_home is not None and at_home.currency == currency:
        return at_home
    return next((place for place in MARKETPLACES if place.currency == currency), None)


def code_of(text: str) -> str | None:
    """Return the country code of the marketplace that a text means, None if it means none."""
    place = find(text)
    return place.code if place else None


def codes(rows: Rows, name: str, currency: str = "currency") -> pd.Series:
    """Return the country code of each row's marketplace: as stated, else one with the row's currency, else the home one.

    A marketplace or a currency that is stated but unknown is a fault.
    """
    stated = rows.each(name, code_of)
    unstated = rows.column(name).is_null().to_numpy(zero_copy_only=False)
    silent = unstated & rows.column(currency).is_null().to_numpy(zero_copy_only=False)
    assumed = rows.each(currency, lambda text: getattr(by_currency(text.upper(), rows.context.home), "code", None)).where(unstated)
    found = stated.fillna(assumed)
    if silent.any():
        found = found.where(~silent, rows.home())
    shown = next((column for column in (name, currency) if rows.has(column)), name)
    rows.blame(shown, found.isna().to_numpy(), "a marketplace such as US, UK or DE")
    if assumed.notna().any():
        rows.note("marketplace_by_currency", rows=int(assumed.notna().sum()), codes=", ".join(sorted(assumed.dropna().unique())))
    return found


def named(country_codes: pd.Series) -> list[Marketplace]:
    """Return the marketplaces of a column of country codes."""
    present = set(country_codes.dropna().unique())
    return [place for place in MARKETPLACES if place.code in present]


def channel_rows(places: Iterable[Marketplace]) -> pd.DataFrame:
    """Return built-in rows of table channels."""
    rows = [(p.channel, f"Amazon {p.code}", "amazon", p.code, p.currency, p.time_zone) for p in places]
    return _built_in(rows, ["channel", "name", "kind", "marketplace", "currency", "time_zone"])


def node_rows(places: Iterable[Marketplace]) -> pd.DataFrame:
    """Return built-in rows of table nodes."""
    return _built_in([(p.node, f"FBA {p.code}", "fba", p.code, p.currency) for p in places], ["node", "name", "kind", "marketplace", "currency"])


def serves_rows(places: Iterable[Marketplace]) -> pd.DataFrame:
    """Return built-in rows of table serves: an FBA pool ships for its own marketplace first."""
    return _built_in([(p.channel, p.node, 1) for p in places], ["channel", "node", "priority"])


def _built_in(rows: Sequence[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, index=[-1] * len(rows))
