"""What a forecast gains from estimates of the days that were out of stock: made-up shops, whose true mean is known."""

from collections.abc import Iterator

import hidden_days as hidden
import numpy as np
from figures import Figure

from workbench.forecasting import forecast_panel
from workbench.forecasting.channel_panel import in_units

SEEDS = ((104, "normal"), (105, "hard"))  # what to train on was chosen on 101 to 103
AHEAD, CUTS, BOUNDS = 28, (90, 60, 28), (0.8, 0.95)


def figures() -> Iterator[Figure]:
    """Return error and bias of 28-day totals over the true mean, and how often bounds held, by what was done with days out of stock."""
    for seed, difficulty in SEEDS:
        total: dict[str, np.ndarray] = {}
        for panel, law in hidden.shop_panels(seed, difficulty, 500):
            for cut in CUTS:
                for name, sums in _scored(panel, law, panel.sales.shape[1] - cut):
                    total[name] = total.get(name, 0) + sums
        for name, (error, off, demand, *held) in total.items():
            what = f"make_shop {difficulty}, 28-day totals, days out of stock {name}"
            bounds = "/".join(f"{share / held[0]:.0%}" for share in held[1:])
            yield Figure(f"{what}: error (bias {off / demand:+.1%}; 80/95 % bounds hold {bounds})", "forecasting", error / demand, "share of demand")


def _scored(panel: hidden.Panel, law: hidden.Law, origin: int) -> Iterator[tuple[str, np.ndarray]]:
    from workbench.cleaning import recover

    sales, share, days = panel.sales[:, :origin], panel.exposure[:, :origin], panel.calendar[:origin]
    live = np.isfinite(sales)
    full = live & (share >= 1)
    made = recover(sales, share, days)
    ahead = slice(origin, origin + AHEAD)
    truth, known = law.mean[:, ahead].sum(1), live.sum(1) > AHEAD
    done = known & (panel.exposure[:, ahead] >= 1).all(1)
    for name, values, seen in (("unknown", sales, full), ("as estimated, whole", in_units(np.nan_to_num(made.stocked), live & ~full, full), live)):
        told = np.nan_to_num(values).astype(np.float32)
        found = forecast_panel(told, seen, days, AHEAD, BOUNDS, sum_horizons=[AHEAD])
        off = (found.mean.sum(1) - truth)[known]
        held = (panel.sales[:, ahead].sum(1)[done, None] <= found.sum_quantiles[done, 0]).sum(0)
        yield name, np.array([np.abs(off).sum(), off.sum(), truth[known].sum(), done.sum(), *held])
