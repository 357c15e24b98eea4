"""What is to be known about the fees behind the figures of a screen."""

import datetime as dt

import pandas as pd

from workbench.fees import card_status
from workbench.i18n import day, t


def fee_notices(nodes: pd.DataFrame, as_of: dt.date) -> list[str]:
    """Return in words which marketplaces of table nodes have no rate card for the day, or one past its end."""
    found = [card_status(as_of, place) for place in sorted(nodes.loc[nodes["kind"] == "fba", "marketplace"].dropna().unique())]
    stale = [t("fees.banner.stale", card=status.card, last_day=day(status.last_day)) for status in found if status.stale]
    without = [status for status in found if not status.card]
    return stale + [t(f"fees.banner.{status.reason}", marketplace=status.marketplace, date=day(as_of)) for status in without]
