"""A bad file is refused with every fault at once: line, column, what was expected, what was found."""

import pytest

from workbench.errors import InvalidTable

HEADER = ["amazon-order-id", "purchase-date", "order-status", "sales-channel", "sku", "quantity", "item-price", "currency"]
GOOD = ["111-1", "2026-05-01T00:00:00+00:00", "Shipped", "Amazon.com", "A", "1", "9.99", "USD"]


def bad(**cells):
    names = dict(zip(("order", "date", "state", "channel", "sku", "quantity", "price", "currency"), GOOD, strict=True))
    return list({**names, **cells}.values())


def faults_of(parse, file, **named):
    with pytest.raises(InvalidTable) as caught:
        parse(file, **named)
    return [str(fault) for fault in caught.value.faults]


def test_every_fault_of_a_file_is_listed(write, parse):
    file = write(
        HEADER,
        GOOD,
        bad(quantity="two"),
        bad(date="yesterday", price="9.9.9"),
        GOOD[:6],
        bad(sku="  "),
        [],
        bad(order="", channel=""),
        bad(order="111-9"),
    )
    assert faults_of(parse, file) == [
        "line 3, column quantity: expected a number, got 'two'",
        "line 4, column purchase-date: expected a date, got 'yesterday'",
        "line 4, column item-price: expected a number, got '9.9.9'",
        "line 5: expected 8 cells, got 6",
        "line 6, column sku: expected a value, got a blank",
        "line 8, column amazon-order-id: expected a value, got a blank",
        "line 8, column sales-channel: expected a value, got a blank",
    ]


def test_faults_of_cells_and_of_tables_come_together(write, parse):
    """The limits of a table hold for lines whose cells could be read."""
    file = write(["sku", "node", "date", "available"], ["A", "3pl-us", "2026-06-01", "-5"], ["B", "3pl-us", "2026-06-01", "x"], ["C", "3pl-us", "soon", "1"])
    faults = faults_of(parse, file)
    assert len(faults) == 3
    assert faults[0].startswith("line 2, column available: expected at least")
    assert faults[1:] == ["line 3, column available: expected a number, got 'x'", "line 4, column date: expected a date, got 'soon'"]


def test_two_rows_with_one_key_are_both_named(write, parse):
    file = write(["supplier", "name"], ["acme", "Acme"], ["bolt", "Bolt"], ["acme", "Acme Ltd"], delimiter=",")
    faults = faults_of(parse, file)
    assert [fault.split(",")[0] for fault in faults] == ["line 2", "line 4"]
    assert all("one row per key" in fault for fault in faults)


def test_a_code_that_does_not_exist_is_told_with_those_that_do(write, parse):
    faults = faults_of(parse, write(["node", "kind"], ["3pl-us", "3PL"], ["x", "castle"], delimiter=","))
    assert len(faults) == 1
    assert faults[0].startswith("line 3, column kind: ")
    assert "castle" in faults[0]
    assert "awd" in faults[0]


def test_very_many_faults_are_cut_and_counted(write, parse):
    file = write(HEADER, *[bad(quantity="x", order=f"111-{n}") for n in range(1500)])
    faults = faults_of(parse, file)
    assert len(faults) == 1001
    assert faults[-1] == "and 500 more"


def test_what_was_found_is_shown_short(write, parse):
    assert len(faults_of(parse, write(HEADER, bad(quantity="x" * 5000)))[0]) < 200
