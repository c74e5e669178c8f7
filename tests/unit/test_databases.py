"""The databases that the store's tests are given."""

from __future__ import annotations

import sqlalchemy


def test_each_test_gets_an_empty_database_of_its_own(database_url: str) -> None:
    _claim_the_empty_database(database_url)


def test_what_another_test_wrote_is_not_there(database_url: str) -> None:
    _claim_the_empty_database(database_url)


def _claim_the_empty_database(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE taken (id INTEGER)"))
    engine.dispose()
