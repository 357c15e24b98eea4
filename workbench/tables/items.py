"""What is sold: one row a SKU, with size, cost and supplier."""

from workbench.tables.base import Day, Table, Text, column, key


class Items(Table):
    """What is sold: one row a SKU, with size, cost and supplier."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    title: Text = column("name a person recognises")
    product_id: Text = column("the marketplace's catalogue number")
    fulfilment_id: Text = column("the label on a unit in a fulfilment network")
    parent: Text = column("SKU family that variants share")
    category: Text = column("product group, used to pool season and price effects")
    brand: Text = column("brand")
    size_tier: Text = column("size tier that fulfilment fees go by")
    length_in: float = column("longest side of the packed unit", "in", ge=0)
    width_in: float = column("median side of the packed unit", "in", ge=0)
    height_in: float = column("shortest side of the packed unit", "in", ge=0)
    weight_lb: float = column("weight of the packed unit", "lb", ge=0)
    volume_ft3: float = column("volume of the packed unit: length x width x height / 1728", "ft3", ge=0)
    unit_cost: float = column("landed cost of one unit", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    supplier: Text = column("who makes it")
    minimum_order_units: float = column("smallest order the supplier takes", "units", ge=0)
    case_pack_units: float = column("units in a carton; orders are whole cartons", "units", ge=0)
    referral_rate: float = column("marketplace commission as a share of the price", "0-1", ge=0, le=1)
    fulfilment_fee_per_unit: float = column("fulfilment fee of one unit where known", "money", ge=0)
    launch_date: Day = column("first day on sale")
    own_elasticity: float = column(
        "per cent more units for one per cent less price, where you know better than prices tell; no minus sign", "ratio", ge=0, le=6
    )

    class Config(Table.Config):
        unique = ["sku"]
