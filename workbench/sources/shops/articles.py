"""How the exports of a shop name an article: by SKU, and where it has none by its name, the same in every export."""

import pandas as pd

from workbench.sources.rows import Rows

PREFIX = "name"
_ONLY_VARIANT = "default title"


def skus(rows: Rows, title: pd.Series) -> pd.Series:
    """Return the SKU of each row; one that has none (blank, or marks only, such as -) is called `name:<its title>`."""
    stated = rows.each("sku", lambda text: text if any(c.isalnum() for c in text) else None)
    named = stated.isna() & title.notna()
    if named.any():
        rows.note("no_sku", rows=int(named.sum()), count=int(title[named].nunique()), prefix=PREFIX)
    return stated.fillna(f"{PREFIX}:" + title)


def title_with_options(title: pd.Series, options: list[pd.Series]) -> pd.Series:
    """Return the name of a variant as order lines show it: `Crew Tee - Black / S`; one that has no options is its title.

    >>> import pandas as pd
    >>> title_with_options(pd.Series(["Tee", "Mug"]), [pd.Series(["Black", "Default Title"]), pd.Series(["S", None])]).tolist()
    ['Tee - Black / S', 'Mug']
    """
    shown = [option.where(option.str.lower() != _ONLY_VARIANT) for option in options]
    values = pd.concat(shown, axis=1) if shown else pd.DataFrame(index=title.index)
    said = [" / ".join(value for value in row if isinstance(value, str)) for row in values.itertuples(index=False)]
    variant = pd.Series(said, index=title.index, dtype="str")
    return title + (" - " + variant).where(variant != "", "")
