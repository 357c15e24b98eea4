"""What is missing behind the figures of health: rates of exchange, costs, sizes, ages; each with the positions that it leaves unknown."""

import datetime as dt

import pandas as pd

from workbench import fees

DOUBTS = ("no_rate", "no_cost", "no_size", "no_age")


def doubts(health: pd.DataFrame, items: pd.DataFrame, nodes: pd.DataFrame, currency: str, rates: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what is missing, and how many positions that have stock it leaves without a figure, most first.

    no_rate: a cost or a sum of money in one currency is wanted in another, and no rate is known; `what` names the pair.
    no_cost: no landed cost. no_size: no volume, at a marketplace's own node, whose storage goes by it. no_age: neither a
    report nor a ledger tells the age.

    Parameters
    ----------
    health, items, nodes, rates : tables of these names (rates: exchange_rates)
    currency : money in which the sums over places are given

    Returns
    -------
    doubt, what, positions; no rows where nothing is missing.
    """
    goods = items.drop_duplicates("sku").set_index("sku")
    rows = health[health["on_hand"] > 0]
    item = rows["sku"].map
    pools = rows["location"].isin(nodes.loc[nodes["kind"] == "fba", "node"])
    cost = item(goods["unit_cost"])
    found = {
        "no_cost": cost.isna(),
        "no_size": item(goods["volume_ft3"]).isna() & pools,
        "no_age": rows["age_source"].isna(),
    }
    counts = [(name, "", int(missing.sum())) for name, missing in found.items()]
    wanted = pd.concat([_pairs(item(goods["currency"])[cost.notna()], rows["currency"]), _pairs(rows["currency"], pd.Series(currency, index=rows.index))])
    counts += [("no_rate", pair, count) for pair, count in _without_rate(wanted, rates, as_of).items()]
    made = pd.DataFrame([row for row in counts if row[2]], columns=["doubt", "what", "positions"])
    return made.sort_values(["positions", "doubt", "what"], ascending=[False, True, True], ignore_index=True)


def _pairs(given: pd.Series, wanted: pd.Series) -> pd.DataFrame:
    """Position, currency given and currency wanted, where both are known."""
    return pd.DataFrame({"row": given.index, "given": given.to_numpy(), "wanted": wanted.reindex(given.index).to_numpy()}).replace("", pd.NA).dropna()


def _without_rate(pairs: pd.DataFrame, rates: pd.DataFrame, as_of: dt.date) -> dict[str, int]:
    each = pairs.reset_index(drop=True)
    one = fees.converted(pd.Series(1.0, index=each.index), each["given"], each["wanted"], rates, as_of)
    missing = each[one.isna()].drop_duplicates()
    return missing.groupby(missing["given"] + " → " + missing["wanted"])["row"].nunique().to_dict()
