"""The form of listing texts: what a listing says and the keywords it should hold, as a seller types it."""

import pandas as pd

from workbench import sources


def test_a_file_of_listing_texts_is_read(write, parse):
    header = ["SKU", "Channel", "Date", "Title", "Bullets", "Keywords"]
    rows = [
        ["A", "amazon-us", "2026-03-01", "Garlic press of stainless steel", "Rust free. Easy to clean.", "garlic press; stainless"],
        ["A", "amazon-us", "2026-09-01", "Kitchen gadget", "", ""],
    ]
    file = write(header, *rows, delimiter=",")
    assert sources.recognise(file).report == "FORM:listing_texts"
    parsed = parse(file)
    found = parsed.tables()["listing_texts"]
    assert found["title"].tolist() == ["Garlic press of stainless steel", "Kitchen gadget"]
    assert found["keywords"].fillna("").tolist() == ["garlic press; stainless", ""]
    assert found["date"].tolist() == list(pd.to_datetime(["2026-03-01", "2026-09-01"]))
    assert parsed.answer.faults == [] and parsed.answer.kept == 2


def test_a_market_file_may_tell_best_seller_rank_and_the_rivals_reviews(write, parse):
    header = ["sku", "channel", "date", "best_seller_rank", "competitor_rating", "competitor_review_count"]
    found = parse(write(header, ["A", "amazon-us", "2026-10-01", "4210", "4.6", "812"], delimiter=",")).tables()["market"]
    assert found[header[3:]].to_numpy().tolist() == [[4210.0, 4.6, 812.0]]
