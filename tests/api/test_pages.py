"""Every page stands in the table of pages and operations, and every operation that it names is there."""

import re
from pathlib import Path

import yaml

from tests.api.test_openapi import COMMITTED
from web.urls import urlpatterns

TABLE = Path(__file__).parents[2] / "docs" / "api" / "pages.md"
NAME = re.compile(r"`(\w+)`")


def test_every_page_says_which_operations_do_the_same() -> None:
    text = TABLE.read_text()
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `")]
    with_operations = {name for pages, _operations in rows for name in NAME.findall(pages)}
    for_people = set(NAME.findall(text.rpartition("For people alone")[2]))

    assert with_operations | for_people == {pattern.name for pattern in urlpatterns}
    assert with_operations & for_people == set()


def test_every_operation_in_the_table_exists_and_each_has_its_page() -> None:
    paths = yaml.load(COMMITTED.read_text(), yaml.CSafeLoader)["paths"]
    there = {one["operationId"] for methods in paths.values() for one in methods.values()}
    rows = [line.split("|")[2] for line in TABLE.read_text().splitlines() if line.startswith("| `")]

    assert {name for row in rows for name in NAME.findall(row)} == there
