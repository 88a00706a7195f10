"""The seal: bound to its key and to what it is about; keys change, and what older ones sealed still opens."""

import os
import stat
import threading
from pathlib import Path

import pytest

from bot.ports import Seal, Unsealable
from bot.settings import WrongSettings
from storage.sealing import Keys, key_file, keys_in, seal_of

OLD, NEW = "the old key, made long before now", "the new key, made only yesterday"
ABOUT = "slack:T1|installation"


def test_what_was_sealed_opens_for_what_it_is_about_and_nothing_else() -> None:
    seal: Seal = Keys([OLD])
    sealed = seal.close("xoxb-1 ✓", ABOUT)
    assert "xoxb" not in sealed
    assert seal.open(sealed, ABOUT) == "xoxb-1 ✓"
    for other in ("slack:T2|installation", "slack:T1|install state", ""):
        with pytest.raises(Unsealable):
            seal.open(sealed, other)


def test_the_same_text_never_looks_the_same() -> None:
    seal = Keys([OLD])
    assert len({seal.close("xoxb-1", ABOUT) for _ in range(100)}) == 100


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unsealable):
        Keys([NEW]).open(Keys([OLD]).close("xoxb-1", ABOUT), ABOUT)


def test_the_newest_key_seals_and_the_older_ones_open() -> None:
    before = Keys([OLD]).close("xoxb-1", ABOUT)
    both = Keys([NEW, OLD])
    assert (both.open(before, ABOUT), both.newest(before)) == ("xoxb-1", False)
    after = both.close("xoxb-1", ABOUT)
    assert both.newest(after)
    assert Keys([NEW]).open(after, ABOUT) == "xoxb-1"


@pytest.mark.parametrize("at", [0, 5, 20, -2])
def test_what_was_changed_does_not_open(at: int) -> None:
    seal = Keys([OLD])
    sealed = list(seal.close("xoxb-1", ABOUT))
    sealed[at] = "A" if sealed[at] != "A" else "B"
    with pytest.raises(Unsealable):
        seal.open("".join(sealed), ABOUT)


@pytest.mark.parametrize("sealed", ["", "v1", "v1.", "v1..", "plain text", "v1.00000000.", "v1.€.€"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    seal = Keys([OLD])
    name = seal.close("", ABOUT).split(".")[1]
    for each in (sealed, sealed.replace("00000000", name), f"v1.{name}.€", f"v1.{name}.AAAA"):
        with pytest.raises(Unsealable):
            seal.open(each, ABOUT)


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "short"], ["x" * 31]])
def test_a_key_that_is_no_secret_is_refused_without_being_told(keys: list[str]) -> None:
    with pytest.raises(WrongSettings, match="token_urlsafe") as error:
        Keys(keys)
    assert "short" not in str(error.value).replace("too short", "")


def test_keys_stand_between_commas_or_on_lines() -> None:
    assert keys_in(f"{NEW.replace(',', '')} , b,\nc\n\n") == [NEW.replace(",", ""), "b", "c"]


def test_a_key_is_made_once_beside_the_file_for_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bmm.db'}"
    assert seal_of("", url, make=False) is None
    assert list(tmp_path.iterdir()) == []
    first = seal_of("", url, make=True)
    assert first is not None
    assert key_file(url) == tmp_path / "bmm.db.key"
    assert stat.S_IMODE(os.stat(tmp_path / "bmm.db.key").st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["bmm.db.key"]
    again = seal_of("", url, make=True)
    assert again is not None
    assert again.open(first.close("xoxb-1", ABOUT), ABOUT) == "xoxb-1"


def test_many_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    url, made = f"sqlite:///{tmp_path / 'bmm.db'}", list[Keys]()

    def start() -> None:
        seal = seal_of("", url, make=True)
        assert seal is not None
        made.append(seal)

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = made[0].close("xoxb-1", ABOUT)
    assert [each.open(sealed, ABOUT) for each in made] == ["xoxb-1"] * 20


def test_a_key_of_the_settings_goes_before_the_file_which_still_opens(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bmm.db'}"
    filed = seal_of("", url, make=True)
    both = seal_of("x" * 40, url, make=True)
    assert filed is not None
    assert both is not None
    assert both.open(filed.close("xoxb-1", ABOUT), ABOUT) == "xoxb-1"
    assert Keys(["x" * 40]).open(both.close("xoxb-1", ABOUT), ABOUT) == "xoxb-1"


def test_with_a_key_in_the_settings_no_file_is_made(tmp_path: Path) -> None:
    assert seal_of("x" * 40, f"sqlite:///{tmp_path / 'bmm.db'}", make=True) is not None
    assert list(tmp_path.iterdir()) == []


def test_an_emptied_key_file_is_no_reason_to_make_another(tmp_path: Path) -> None:
    (tmp_path / "bmm.db.key").touch()
    with pytest.raises(WrongSettings, match="empty"):
        seal_of("", f"sqlite:///{tmp_path / 'bmm.db'}", make=True)


def test_on_postgresql_there_is_a_key_only_where_one_is_set() -> None:
    assert seal_of("", "postgresql://bmm@db/bmm", make=True) is None
    assert seal_of("x" * 40, "postgresql://bmm@db/bmm", make=True) is not None
