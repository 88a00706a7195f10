"""Roles as they are stored and said (product section 12)."""

from dataclasses import FrozenInstanceError

import pytest

from bot.people import Grant, Human, Identity, Role


def test_a_role_is_its_own_word() -> None:
    assert [role.value for role in Role] == ["member", "facilitator", "board admin", "PM"]
    assert Role("board admin") is Role.ADMIN


def test_a_person_may_hold_several_roles_on_a_board() -> None:
    held = {Grant(f"ops:ada:{role}", "ops", "ada", role) for role in (Role.PM, Role.ADMIN)}
    assert {grant.role for grant in held} == {Role.PM, Role.ADMIN}
    assert len({grant.id for grant in held}) == 2


def test_a_person_is_one_with_accounts_on_two_platforms() -> None:
    accounts = [Identity(f"{platform}|T1|U1", "T1", "ada") for platform in ("slack", "teams")]
    assert {account.person for account in accounts} == {"ada"}
    assert not any(account.bot for account in accounts)


def test_people_are_not_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Human("ada", "T1", "Ada").name = "Bo"  # type: ignore[misc]
