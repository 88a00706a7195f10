"""Somebody in the fake Teams who talks, clicks and keeps house: every act becomes the activity that Teams would send.

ada = TeamsPerson(teams, teams.person("Ada Okafor"), f"http://127.0.0.1:{port}/api/messages", sign)
await ada.mention(ops, "the badge printer jams")
await ada.press(ops, teams.posts(ops.id)[0], "Take it")
"""

from tests.fakes.teams_clicks import Clicker
from tests.fakes.teams_owner import Owner


class TeamsPerson(Clicker, Owner):
    """One person; `sign` makes the Authorization header with which Teams comes, None where nobody asks for one."""
