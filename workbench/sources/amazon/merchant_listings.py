"""Active listings and all listings: what is on offer, its price, who ships it and whether people can buy it.

Neither report carries a date: it holds for the day the file was known. A header in Japanese is that of amazon.co.jp, one in
another language that of its store; an English one is used in many countries and taken for the seller's home. A report without a
status lists only what is on sale. Descriptions and pictures are not read.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from workbench.sources.amazon import marketplaces
from workbench.sources.order_words import fulfilment
from workbench.sources.reading.dates import moments
from workbench.sources.reading.headers import locate
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_ASIN = r"^B0[0-9A-Z]{8}$|^\d{9}[\dX]$"
_ACTIVE = frozenset({"active", "aktiv", "actif", "activo", "attivo", "在售", "出品中", "aktywny", "aktif"})
_SUPPRESSED = ("suppress", "unterdrückt", "禁止显示")
_CLOCK = r"\s+[A-Z]{3,5}$"
_MONTH_FIRST = ("US", "CA")
_STORES = {
    **{"商品名": "JP", "Artikelbezeichnung": "DE", "Nome dell'articolo": "IT", "Título del producto": "ES", "nom-produit": "FR"},
    **{"nazwa-produktu": "PL", "item-name (ürün adı)": "TR"},
}


def make(rows: Rows) -> Tables:
    """Return tables listings, items and channels."""
    code = _STORES.get(rows.names["title"]) if rows.has("title") else None
    place = marketplaces.find(code or rows.home())
    assert place is not None
    sku, product = rows.text("sku"), _product(rows)
    listings = pd.DataFrame(
        {
            "sku": sku,
            "channel": place.channel,
            "date": np.datetime64(rows.known_at.date(), "us"),
            "product_id": product,
            "title": rows.text("title"),
            "price": rows.number("price"),
            "currency": place.currency,
            "status": rows.each("status", _status) if rows.has("status") else "active",
            "fulfilment": rows.each("fulfilment", fulfilment),
            "open_date": _opened(rows, place),
        }
    )
    stays = rows.drop(rows.line_numbers(sku) > 0, "repeated")
    items = pd.DataFrame({"sku": sku, "title": rows.text("title"), "product_id": product})
    return {"listings": listings[stays], "items": items[stays], "channels": marketplaces.channel_rows([place] if len(rows) else [])}


def _product(rows: Rows) -> pd.Series:
    """The marketplace's number: in a column of its own, else among the numbers of several kinds."""
    number = rows.text("product_id")
    return rows.text("asin").fillna(number.where(number.str.match(_ASIN).fillna(False).astype(bool)))


def _status(text: str) -> str:
    said = text.lower()
    if said in _ACTIVE:
        return "active"
    return "suppressed" if any(word in said for word in _SUPPRESSED) else "inactive"


def _opened(rows: Rows, place: marketplaces.Marketplace) -> pd.Series:
    """The day as written; the name of a clock behind it (PST, MEZ, JST) does not change it."""
    found = moments(pc.replace_substring_regex(rows.column("open_date").cast("string"), _CLOCK, ""), day_first=place.code not in _MONTH_FIRST)
    rows.blame("open_date", found.bad, "a date")
    return pd.Series(found.days())


class ActiveListings(Report):
    """The report without a status, which the report of all listings has."""

    def recognises(self, header: Sequence[str]) -> bool:
        """Say whether a header has all columns that tell this report, and none of the other's."""
        return Report.recognises(self, header) and locate(header, _STATUS) is None


_STATUS = ["status", "état", "stato", "estado", "ステータス", "状态", "durum", "stan"]
_NEEDED = {
    "title": ["item-name", *_STORES, "商品名称", "اسم-المنتج"],
    "sku": [
        *("seller-sku", "Händler-SKU", "SKU venditore", "SKU del vendedor", "sku-vendeur", "出品者SKU", "卖家 SKU", "sku-sprzedawcy"),
        *("seller-sku (satıcı sku)", "sku-البائع"),
    ],
    "price": ["price", "Preis", "Prezzo", "Precio", "prix", "価格", "价格", "cena", "price (fiyat)", "السعر"],
    "open_date": [
        *("open-date", "Erstellungsdatum", "Data di creazione", "Fecha de creación", "date-ouverture", "出品日", "开售日期", "data-otwarcia"),
        *("open-date (yayınlanma tarihi)", "تاريخ-مفتوح"),
    ],
}
_OPTIONAL = {
    "asin": ["asin1", "ASIN 1"],
    "product_id": [
        *("product-id", "Produkt-ID", "Identificativo del prodotto", "Identificador del producto", "id-produit", "商品ID", "商品编码"),
        *("identyfikator-produktu", "product-id (ürün numarası)", "رقم-المنتج"),
    ],
    "fulfilment": [
        *("fulfillment-channel", "fulfilment-channel", "Versender", "Canale di gestione", "Canal de gestión logística", "canal-traitement"),
        *("フルフィルメント・チャンネル", "配送渠道", "kanał-realizacji", "fulfillment-channel (dağıtım kanalı)", "قناة-الشحن"),
    ],
}
_SILENT = silent(
    """item-description, listing-id, quantity, image-url, item-is-marketplace, product-id-type, zshop-shipping-fee, item-note, item-condition,
    zshop-category1, zshop-browse-path, zshop-storefront-feature, asin2, asin3, will-ship-internationally, expedited-shipping, zshop-boldface,
    bid-for-featured-placement, add-delete, pending-quantity, Business Price, Quantity Price Type, merchant-shipping-group, Progressive Price Type,
    optional-payment-type-exclusion, scheduled-delivery-sku-set, standard-price-point, ProductTaxCode, minimum-seller-allowed-price,
    maximum-seller-allowed-price, Sourcing Type, Minimum order quantity, Sell remainder,
    出品ID, 数量, 商品IDタイプ, コンディション説明, コンディション, 国外へ配送可, 迅速な配送, 在庫数, 商品の説明, 法人価格, 数量割引のタイプ,
    使用しない支払い方法, 配送日時指定SKUリスト, ポイント, 商品税コード, 出品価格の下限, 出品価格の上限, 累積購入割引価格タイプ, 調達タイプ,
    Artikelbeschreibung, Angebotsnummer, Menge, Artikel ist Marketplace-Angebot, Produkt-ID-Typ, Anmerkung zum Artikel, Artikelzustand,
    Internationaler Versand, Expressversand, Hinzufügen-Löschen, Anzahl Bestellungen, Händlerversandgruppe, Mindestbestellmenge, Restposten verkaufen,
    Descrizione dell'articolo, Numero offerta, Quantità, Articolo per la vendita, Tipo di identificativo del prodotto, Note sull'articolo,
    Condizione dell'articolo, Spedizione internazionale, Spedizione Express, Aggiungi o elimina, Quantità in sospeso, gruppo-spedizione-venditore,
    Descripción del producto, Identificador del listing, Cantidad, Producto para vender, Tipo de identificador de producto, Nota sobre el producto,
    Estado del producto, Envío internacional, Envío urgente, Añadir o eliminar, Cantidad pendiente, Columna en desuso,
    id-offre, quantité, type-id-produit, note-état-article, état-produit, expédition-international, livraison-express, groupe-expédition-vendeur,
    商品描述, 是否为商城中的商品, 商品编码类型, 商品备注, 商品状况, 国际配送, 加急配送, 添加-删除, 等待购买数量, 卖家配送组, 不适用项目"""
    + "".join(f", {name} {n}" for name in ("Quantity Lower Bound", "Quantity Price") for n in range(1, 6))
    + "".join(f", {name} {n}" for name in ("Progressive Lower Bound", "Progressive Price") for n in range(1, 4))
    + "".join(f", {name}{n}" for name in ("数量の下限", "数量割引") for n in range(1, 6))
    + "".join(f", 累積購入割引{name}{n}" for name in ("下限", "価格") for n in range(1, 4))
)
REPORT = ActiveListings(
    name="GET_MERCHANT_LISTINGS_DATA",
    needed=_NEEDED,
    optional=_OPTIONAL,
    telling=frozenset(_NEEDED),
    filled=("sku",),
    make=make,
    former=frozenset({"asin"}),
    silent=_SILENT,
)
REPORT_OF_ALL = Report(
    name="GET_MERCHANT_LISTINGS_ALL_DATA",
    needed={**_NEEDED, "status": _STATUS},
    optional=_OPTIONAL,
    telling=frozenset({*_NEEDED, "status"}),
    filled=("sku",),
    make=make,
    former=frozenset({"asin"}),
    silent=_SILENT,
)
