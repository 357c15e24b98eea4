"""Settings of a workspace: defaults < workbench.toml < environment (WORKBENCH_...) < arguments."""

import datetime as dt
import os
import tomllib
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from workbench.errors import BadParameters, NotAWorkspace

FILE = "workbench.toml"


class Mapping(BaseModel):
    """How to read a file that is not one of the known reports: whose columns mean what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="what this mapping is called in messages")
    table: str = Field(description="canonical table that the rows go to")
    columns: dict[str, str | list[str]] = Field(
        description="canonical column = column of the file, or every way it is spelled; for orders also unit_price; for orders and stock "
        "also title, category, brand, product_id of the article"
    )
    optional: dict[str, str | list[str]] = Field(default_factory=dict, description="the same, for columns that a file may lack")
    constants: dict[str, Any] = Field(default_factory=dict, description="canonical column = value of every row")
    words: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="canonical column = what words of the file mean; the word * stands for any other"
    )
    also: dict[str, list[dict[str, Any]]] = Field(
        default_factory=dict, description="table = rows that hold wherever such a file is read, such as the channel that its orders are of"
    )
    instead_of: str = Field(default="", description="known report whose files this mapping reads instead, such as SHOPIFY_INVENTORY")
    known_at: Literal["file", "row"] = Field(default="file", description="file: known when the file was saved; row: known on its own date")
    drop_skus: list[str] = Field(default_factory=list, description="SKU patterns (shell style) that are not goods, such as POST or gift_*")
    time_zone: str = Field(default="", description="IANA zone of the clock that times are written by, and whose midnight ends a day; empty: UTC")
    day_first: bool = Field(default=False, description="03/04/2026 is 3 April where no other date of the file tells")


class Limits(BaseModel):
    """How far a file may differ from the last good one before it is held back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows_fall: float = Field(default=0.3, ge=0, le=1, description="share of its rows that a snapshot may lose against the last good one")
    rows_grow: float = Field(default=3.0, ge=1, description="times as many rows as the last good snapshot that a snapshot may have")
    skus_lost: float = Field(default=0.3, ge=0, le=1, description="share of the SKUs of the last good snapshot that may be missing")
    zeros_lost: float = Field(
        default=0.8, ge=0, le=1, description="share of the out-of-stock SKUs that may be missing where no other SKU is out of stock any more"
    )
    days_fall: float = Field(default=0.5, ge=0, le=1, description="share of rows or SKUs that the days which a dated file replaces may lose")
    least_rows: int = Field(default=10, ge=1, description="changes by fewer rows or SKUs than this are never held back, unit: rows")
    off: bool = Field(default=False, description="true: never hold anything back")


class Gates(Limits):
    """Limits of all reports, and other limits of some."""

    reports: dict[str, Limits] = Field(default_factory=dict, description="other limits for single reports, by the report's name")

    def of(self, report: str) -> Limits:
        """Return the limits of a report: its own where they are set, those that its nature asks for, else those of all."""
        own = self.reports.get(report)
        return own if own is not None else self.model_copy(update=UNSTEADY.get(report, {}))


UNSTEADY = {"GET_RESERVED_INVENTORY_DATA": {"rows_fall": 0.8, "skus_lost": 0.8, "rows_grow": 10.0}}
"""Limits of reports that list only what is in motion, so that after a sale most of their rows go by themselves."""


class Forecaster(BaseModel):
    """A forecaster of sktime in place of ours, how it is run, and what stands in where it fails."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="", description="name and settings of an sktime forecaster, such as NaiveForecaster(sp=7); engine is ours; empty: not chosen")
    skus: tuple[str, ...] = Field(default=(), description="SKUs that it forecasts; empty: all")
    budget_seconds: float = Field(default=10.0, gt=0, le=3600, description="seconds that it may take for one SKU in one channel")
    backend: Literal["processes", "here"] = Field(default="processes", description="processes: side by side; here: one SKU after the other")
    workers: int = Field(default=2, ge=1, le=64, description="how many processes")
    fallback: str = Field(default="engine", description="what stands in where it is too slow or fails: engine, or another sktime forecaster")


MOST_COVER_DAYS = 365


class SeasonCover(NamedTuple):
    """How long orders of a SKU last: usually, and those that arrive in its season."""

    sku: str
    usual_days: float
    season_days: float
    first: dt.date
    last: dt.date

    def faults(self) -> list[str]:
        """Return what does not fit, as codes."""
        checks = {
            "no_sku": bool(self.sku.strip()),
            "days": all(1 <= days <= MOST_COVER_DAYS for days in (self.usual_days, self.season_days)),
            "no_more": self.season_days > self.usual_days,
            "order": self.first <= self.last,
        }
        return [code for code, fits in checks.items() if not fits]


class Planning(BaseModel):
    """What the order plan keeps for single SKUs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    season_cover: tuple[SeasonCover, ...] = Field(
        default=(), description="SKU, days an order covers, in season too, its first and last day: ['BBQ', 90, 150, '2026-04-01', '2026-08-31']"
    )


class Settings(BaseSettings):
    """What a seller may set once for the whole workspace."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", extra="forbid", frozen=True)

    shop: str = Field(default="My shop", description="name in the header of every screen")
    currency: str = Field(default="USD", description="ISO 4217 code that totals are shown in")
    marketplace: str = Field(default="US", pattern="^[A-Z]{2}$", description="home marketplace: where a report that names no marketplace belongs")
    language: Literal["en", "zh"] = Field(default="en", description="language of screens, messages and reports")
    as_of: dt.date | None = Field(default=None, description="day the decisions are made on; empty: the newest day that the data know")
    watermark: str = Field(default="", description="shown on every screen, such as: sample data")
    state_url: str = Field(default="", description="database of run records and decisions as an SQLAlchemy URL; empty: state.db in the workspace")
    gates: Gates = Field(default_factory=Gates, description="how far a file may differ from the last good one before it is held back")
    forecaster: Forecaster = Field(default_factory=Forecaster, description="forecaster of sktime in place of ours")
    plan: Planning = Field(default_factory=Planning, description="what the order plan keeps for single SKUs")
    mapping: list[Mapping] = Field(default_factory=list, description="readers for files of other systems")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(workspace: Path, **arguments: Any) -> Settings:
    """Return the settings of a workspace folder.

    Raises
    ------
    NotAWorkspace
        If the folder has no workbench.toml.
    BadParameters
        If the file is not TOML, or a setting is unknown or does not fit; lists every fault.
    """
    file = workspace / FILE
    if not file.exists():
        raise NotAWorkspace(workspace)

    class Here(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return Here(**arguments)
    except tomllib.TOMLDecodeError as caught:
        raise BadParameters(str(file), [f"not TOML: {caught}"]) from None
    except ValidationError as caught:
        raise BadParameters(str(file), [f"{'.'.join(map(str, e['loc']))}: {e['msg']}, got {e['input']!r}" for e in caught.errors()]) from None


def find_workspace(given: Path | None = None) -> Path:
    """Return the workspace folder: the given one, else $WORKBENCH_WORKSPACE, else the nearest folder upwards that is one, else the current."""
    named = given or os.environ.get("WORKBENCH_WORKSPACE")
    if named:
        return Path(named).resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / FILE).exists()), here)


def shipped(name: str) -> Path:
    """Return what ships beside the code: the folder `notebooks` or `templates`, or a path below one of them.

    A wheel carries both inside the package, wherever it is installed; a checkout has them beside it.
    """
    packed = Path(__file__).parent / "_shipped"
    return (packed if packed.exists() else Path(__file__).parents[1]) / name
