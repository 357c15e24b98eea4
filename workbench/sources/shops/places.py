"""The own shop as a channel, and the places its stock lies at.

The channel is `shop`. Each location of the shop becomes the node `shop-<name>`, lower case, with dashes for whatever is
neither letter nor digit: `Main Warehouse` is `shop-main-warehouse`. Every location serves the channel, first come first
in the order in which the export names them; a form for table `serves` or `nodes` overrules that.
"""

import pandas as pd

CHANNEL = "shop"
_AMAZON = ("amazon", "fba")


def node(location: str) -> str:
    """Return the code of the node that a location is.

    >>> node("Main Warehouse (Unit 4)"), node("深圳仓库")
    ('shop-main-warehouse-unit-4', 'shop-深圳仓库')
    """
    words = "".join(c if c.isalnum() else " " for c in location.casefold()).split()
    return "-".join([CHANNEL, *words])


def is_pool_of_amazon(location: str) -> bool:
    """Say whether a location is a pool of Amazon's that the shop only shows; its units come with Amazon's reports.

    >>> is_pool_of_amazon("Amazon Marketplace Web"), is_pool_of_amazon("Amazonas 12, Madrid")
    (True, False)
    """
    return any(word in _AMAZON for word in location.casefold().split())


def tables(locations: list[str]) -> dict[str, pd.DataFrame]:
    """Return built-in rows of tables channels, nodes and serves."""
    codes = list(dict.fromkeys(node(name) for name in locations))
    names = {node(name): name for name in reversed(locations)}
    return {
        "channels": _built_in({"channel": [CHANNEL], "kind": ["shop"]}),
        "nodes": _built_in({"node": codes, "name": [names[code] for code in codes], "kind": ["store"] * len(codes)}),
        "serves": _built_in({"channel": [CHANNEL] * len(codes), "node": codes, "priority": range(1, len(codes) + 1)}),
    }


def _built_in(columns: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    return frame.set_index(pd.Index([-1] * len(frame), dtype="int64"))
