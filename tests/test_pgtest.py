"""The PostgreSQL that tests start: it runs, copies databases, and comes back after a crash."""

import threading
from collections.abc import Iterator

import pytest

from tests.needs import needs
from tests.pgtest import Postgres


@pytest.fixture(scope="module")
def durable() -> Iterator[Postgres]:
    """A server of our own, since it is killed and frozen here."""
    with Postgres(needs("postgresql"), durable=True) as server:
        server.create("letters")
        server.sql("CREATE TABLE letters (letter text); INSERT INTO letters VALUES ('a')", "letters")
        yield server


def letters(server: Postgres, database: str = "letters") -> str:
    return server.sql("SELECT string_agg(letter, '' ORDER BY letter) FROM letters", database)


def test_a_copy_has_the_rows_of_its_template_and_a_life_of_its_own(durable: Postgres) -> None:
    durable.create("copy", template="letters")
    durable.sql("INSERT INTO letters VALUES ('z')", "copy")
    assert (letters(durable), letters(durable, "copy")) == ("a", "az")
    durable.drop("copy")
    assert durable.sql("SELECT count(*) FROM pg_database WHERE datname = 'copy'") == "0"


def test_committed_rows_outlive_a_kill_of_every_process(durable: Postgres) -> None:
    before = letters(durable)
    durable.sql("INSERT INTO letters VALUES ('m')", "letters")
    url = durable.url("letters")
    durable.kill9()
    durable.start()
    assert durable.url("letters") == url
    assert letters(durable) == "".join(sorted(before + "m"))


def test_a_frozen_server_answers_only_after_it_thaws(durable: Postgres) -> None:
    answers: list[str] = []
    durable.freeze()
    asking = threading.Thread(target=lambda: answers.append(durable.sql("SELECT 1")))
    asking.start()
    asking.join(0.3)
    assert answers == []
    durable.thaw()
    asking.join(10)
    assert answers == ["1"]


def test_a_stopped_server_starts_again_with_its_rows(durable: Postgres) -> None:
    before = letters(durable)
    durable.stop()
    durable.start()
    assert letters(durable) == before
