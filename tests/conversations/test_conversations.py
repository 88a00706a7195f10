"""Every conversation beside this file, played in the playground and in Slack, on SQLite and on PostgreSQL.

The three scenes are played in all four ways; the rest in two, which between them meet both houses and both databases.
A scene that only one house can play is played there on both databases.
"""

import pytest

from tests.conversations.scenes import HERE, Scene, scenes
from tests.conversations.transcripts import Missed, Play
from tests.harness import HouseName, opened

EVERYWHERE = ("scene_one", "scene_two", "scene_three")
WAYS: tuple[tuple[HouseName, str], ...] = (
    ("playground", "sqlite"), ("slack", "postgres"), ("playground", "postgres"), ("slack", "sqlite"),
)  # fmt: skip


def _cases() -> list[object]:
    cases: list[object] = []
    for path in sorted(HERE.glob("*.md")):
        for scene in scenes(path):
            alone = [way for way in WAYS if scene.house == way[0]]
            ways = WAYS if path.stem in EVERYWHERE else alone or WAYS[:2]
            cases += [pytest.param(scene, house, kind, id=f"{scene.name} ({house}, {kind})") for house, kind in ways]
    return cases


@pytest.mark.parametrize(("scene", "house", "database_url"), _cases(), indirect=["database_url"])
async def test_a_conversation(scene: Scene, house: HouseName, database_url: str) -> None:
    missed = ""
    async with opened(house, database_url) as room:
        try:
            await Play(room).play(scene)
        except Missed as found:
            missed = str(found)
    if missed:
        pytest.fail(missed, pytrace=False)


def test_the_scenes_are_there() -> None:
    assert {path.stem for path in HERE.glob("*.md")} >= set(EVERYWHERE)
