"""The departments of the made-up shop: what they sell, when, how large, how dear."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """A department whose products share a season, a size, a price level and a price effect."""

    code: str
    name: str
    products: tuple[str, ...]
    peak_day: int
    """day of the year with the highest demand, from 0"""
    amplitude: float
    """of the logarithm of demand over the year"""
    sharpness: float
    """amplitude of the second harmonic over the first"""
    price: float
    """median price, US dollars"""
    sides_in: tuple[float, float, float]
    """median packed sides, longest first"""
    density_lb_in3: float
    return_rate: float
    elasticity: float
    joint_share: float
    """chance that a unit is bought in one line with the one before"""
    sale_lift: float
    """demand on a sale day over demand on an ordinary day"""


CATEGORIES = (
    Category(
        "GRD", "Garden", ("hose nozzle", "raised planter", "pruning shears", "trellis", "seed tray", "bird feeder"),
        135, 0.75, 0.35, 27.0, (13.0, 7.0, 3.0), 0.012, 0.05, -1.6, 0.45, 1.9,
    ),
    Category(
        "OUT", "Outdoor", ("grill brush", "camp lantern", "cooler bag", "picnic blanket", "hammock", "sun sail"),
        190, 0.60, 0.30, 34.0, (16.0, 10.0, 4.0), 0.010, 0.07, -1.8, 0.35, 2.2,
    ),
    Category(
        "TOY", "Toys", ("building set", "wooden puzzle", "plush fox", "craft kit", "marble run", "card game"),
        345, 0.60, 0.55, 22.0, (11.0, 8.0, 2.5), 0.012, 0.06, -1.9, 0.45, 2.6,
    ),
    Category(
        "DEC", "Seasonal decor", ("string lights", "wreath", "window candle", "tree skirt", "ornament set", "door garland"),
        338, 0.95, 0.60, 24.0, (12.0, 9.0, 4.0), 0.008, 0.06, -1.7, 0.50, 2.0,
    ),
    Category(
        "KIT", "Kitchen", ("cutting board", "storage jars", "spice rack", "baking mat", "oil bottle", "knife block"),
        340, 0.22, 0.40, 26.0, (12.0, 8.0, 3.0), 0.025, 0.05, -1.5, 0.45, 2.4,
    ),
    Category(
        "ELE", "Electronics", ("charging dock", "desk lamp", "cable organiser", "headphone stand", "travel adapter", "web camera cover"),
        335, 0.18, 0.50, 29.0, (8.0, 5.0, 2.2), 0.020, 0.09, -2.3, 0.35, 3.0,
    ),
    Category(
        "APP", "Apparel", ("wool socks", "rain poncho", "running belt", "sun hat", "thermal gloves", "canvas belt"),
        330, 0.35, 0.20, 19.0, (10.0, 7.0, 1.0), 0.008, 0.14, -1.8, 0.55, 2.1,
    ),
    Category(
        "PET", "Pet", ("slow feeder", "dog harness", "cat tunnel", "grooming glove", "travel bowl", "chew ring"),
        20, 0.10, 0.20, 20.0, (10.0, 7.0, 3.0), 0.012, 0.06, -1.4, 0.50, 2.0,
    ),
)  # fmt: skip
BRANDS = ("Juniper", "Northfold", "Grünwald", "Tidewick")
COLOURS = ("blue", "oak", "grey", "red", "sand", "green")
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
