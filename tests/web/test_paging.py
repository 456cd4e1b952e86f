"""The table's order out of the app's columns is the database's, whatever is asked."""

import itertools

import pytest

from tests.report.makers import team as made_team
from vmaudio.report import read_sheet
from vmaudio.store import Search, open_store
from vmaudio.web.paging import order_of

SORTS = ("sent_at", "rep", "prospect", "campaign", "approach", "points", "band")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A team's messages, some without what one sorts by."""
    opened = open_store(str(tmp_path_factory.mktemp("paging") / "team.sqlite"))
    for one in made_team(40)[0]:
        opened.save(one)
    with opened.begin() as connection:
        connection.exec_driver_sql("UPDATE messages SET sent_at = NULL, prospect_name = NULL WHERE message_id LIKE '%3'")
        connection.exec_driver_sql("UPDATE messages SET rep = NULL, campaign = '' WHERE message_id LIKE '%5'")
    yield opened
    opened.close()


@pytest.mark.sqlite
@pytest.mark.parametrize(("sort", "minus"), list(itertools.product(SORTS, ("", "-"))))
def test_the_order_is_the_databases(store, sort, minus):
    """Unknown values come last either way, and equal ones by id."""
    sheet = read_sheet(store)
    ids = [sheet.rows[i].message_id for i in order_of(sheet, minus + sort).tolist()]
    assert ids == [row.message_id for row in store.page(Search(), sort=minus + sort, limit=100).rows]
