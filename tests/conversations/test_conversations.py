"""Every conversation beside this file, played in the playground, in Slack and in Teams, on SQLite and on PostgreSQL.

The three scenes are played in all six ways; the rest once in each house that can play them, which between them meet
both databases; where they do not, it is played on both in each.
"""

import pytest

from tests.conversations.scenes import HERE, Scene, scenes
from tests.conversations.transcripts import Missed, Play
from tests.harness import HouseName, opened

EVERYWHERE = ("scene_one", "scene_two", "scene_three")
Way = tuple[HouseName, str]
ONCE: tuple[Way, ...] = (("playground", "sqlite"), ("slack", "postgres"), ("teams", "sqlite"))
AGAIN: tuple[Way, ...] = (("playground", "postgres"), ("slack", "sqlite"), ("teams", "postgres"))


def ways(scene: Scene, *, everywhere: bool) -> list[Way]:
    """In which houses, on which databases a scene is played."""
    once, again = ([way for way in some if way[0] in scene.houses] for some in (ONCE, AGAIN))
    both = len({kind for _, kind in once}) > 1
    return [*once, *(again if everywhere or not both else ())]


def _cases() -> list[object]:
    return [
        pytest.param(scene, house, kind, id=f"{scene.name} ({house}, {kind})")
        for path in sorted(HERE.glob("*.md"))
        for scene in scenes(path)
        for house, kind in ways(scene, everywhere=path.stem in EVERYWHERE)
    ]


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
