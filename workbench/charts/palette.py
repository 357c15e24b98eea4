"""The colours of every chart: the same names and values as the token sheet of the screens (a test holds them equal).

Figures are drawn in the light colours; on a screen each light colour is exchanged for its token, so that dark is live.
"""

LIGHT = {
    "page": "#f6f7f9",
    "ground": "#ffffff",
    "hover": "#eef1f5",
    "line": "#dce1e7",
    "control": "#7d8795",
    "grid": "#e8ebef",
    "ink": "#1b1f27",
    "muted": "#5a6372",
    "accent": "#4a5bef",
    "on-accent": "#fefefe",
    "history": "#454b55",
    "red": "#b3261e",
    "amber": "#8a5300",
    "green": "#146c43",
    "grey": "#6a7280",
    "orange": "#e69f00",
    "sky": "#56b4e9",
    "teal": "#009e73",
    "yellow": "#f0e442",
    "blue": "#0072b2",
    "vermillion": "#d55e00",
    "purple": "#cc79a7",
}
DARK = {
    "page": "#101216",
    "ground": "#181b21",
    "hover": "#22262e",
    "line": "#2f343d",
    "control": "#7b8492",
    "grid": "#2a2f38",
    "ink": "#e8eaee",
    "muted": "#a3abb8",
    "accent": "#93a0ff",
    "on-accent": "#0f1118",
    "history": "#c3c8d0",
    "red": "#ff8a80",
    "amber": "#f5b84d",
    "green": "#5fcf95",
    "grey": "#9aa2af",
    "orange": "#e6a117",
    "sky": "#5bb7eb",
    "teal": "#12ad80",
    "yellow": "#f1e552",
    "blue": "#2f95d0",
    "vermillion": "#e8741a",
    "purple": "#d385b0",
}
SERIES = ("blue", "orange", "teal", "purple", "sky", "vermillion", "yellow")
"""Okabe-Ito colours, safe for colour-blind eyes, in the order in which series take them."""
LIGHTS = ("red", "amber", "green", "grey")
ICONS = {"red": "●", "amber": "▲", "green": "✓", "grey": "–"}
AGES = {"age_0_90": "teal", "age_91_180": "sky", "age_181_270": "blue", "age_271_365": "orange", "age_366_plus": "vermillion"}
"""Colour of each age tier: cool while young, warm once the marketplace charges for age."""


def colour(token: str, opacity: float = 1.0) -> str:
    """Return a token's light colour, as hex or with an opacity of 0-1.

    >>> colour("accent")
    '#4a5bef'
    >>> colour("accent", 0.12)
    'rgba(74,91,239,0.12)'
    """
    code = LIGHT[token]
    if opacity >= 1:
        return code
    red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
