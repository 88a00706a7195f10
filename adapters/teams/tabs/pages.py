"""The pages themselves: shells that the script fills, and what is said about bmm.

There is no inline script or style, and no cookie.
"""

from html import escape

from aiohttp import web

# Microsoft's library, and its SHA-384 as its README in the npm package @microsoft/teams-js gives it.
LIBRARY = "https://res.cdn.office.net/teams-js/2.58.0/js/MicrosoftTeams.min.js"
INTEGRITY = "sha384-sMo/EOqQPa1OCup2/VBRum7oFeOS22kvs8WGDc45xK53tUVZzFR5WwFYDUYN1LO4"

# The hosts in whose frames tabs are shown: learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements
_FRAMES = (
    "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft https://*.microsoft365.com "
    "https://*.office.com https://outlook.office.com https://outlook.office365.com https://outlook-sdf.office.com "
    "https://outlook-sdf.office365.com"
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' https://res.cdn.office.net; style-src 'self'; "
    f"img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {_FRAMES}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
THEMES = ("default", "dark", "contrast")

_SAID = """<div role="status"></div>
<button type="button" class="icon" data-hide hidden aria-label="Dismiss">✕</button></div>"""
_DIALOGS = f"""
<div id="said" class="said">{_SAID}
<dialog id="dialog" aria-labelledby="dialog-title">
<header><h2 id="dialog-title"></h2>
<button type="button" class="icon" data-close aria-label="Close">✕</button></header>
<p class="quiet only">Only you can see this.</p>
<div id="dialog-body"></div>
<div class="said">{_SAID}
</dialog>
<dialog id="sure" aria-labelledby="sure-title">
<header><h2 id="sure-title">Are you sure?</h2></header>
<div class="fields"><p></p></div>
<form method="dialog" class="ends"><button class="plain" value="">Keep it as it is</button>
<button class="danger" value="yes"></button></form>
</dialog>
<template id="trouble"><div class="trouble" role="alert"><h1></h1><p></p><p></p>
<button type="button" class="primary" data-again>Try again</button></div></template>
"""


def tab(page: str, title: str, theme: str) -> web.Response:
    """The shell of a tab: the script asks for what stands in it. `theme` is what Teams wrote into the address."""
    body = f"""<main id="page" aria-busy="true" tabindex="-1">
<p class="unseen" role="status">Loading…</p><div class="bones" aria-hidden="true"><i></i><i></i><i></i></div></main>
{_DIALOGS}"""
    return _page(page, title, body, theme, script=True)


def configure(theme: str) -> web.Response:
    """What Teams shows when the tab is added to a channel, above its own button for it."""
    body = """<main><h1>The board of this channel</h1>
<p id="configure">Save, and everybody in this channel sees its lanes here, always as they are now.</p></main>"""
    return _page("configure", "bmm: add the board", body, theme, script=True)


def about() -> web.Response:
    """What bmm is."""
    return _said(
        "About bmm",
        """<p>bmm keeps a team's backlog alive where the team already talks. It catches the asks that people make in
passing, gets them clear and decided in short refinement meetings, and opens each day with a walk of the board.</p>
<p>It is free software under the Apache License 2.0. This one is run by whoever runs the server in the address above,
most likely your own organisation; they answer for it.</p>
<p><a href="privacy">What bmm keeps, and for how long</a> · <a href="terms">Terms of use</a></p>""",
    )


def privacy() -> web.Response:
    """What is kept, how long, and how it goes."""
    return _said(
        "What bmm keeps, and for how long",
        """<h2>Who answers for it</h2>
<p>Whoever runs this server. bmm sends nothing to its authors, nor to anybody but the chat platforms that it is used in.
Its pages set no cookies, and load nothing from elsewhere but Microsoft's own library for Teams.</p>
<h2>What it keeps</h2>
<ul><li>What you ask it for: items of the backlog with their titles, your own words, who asked, who has it, and every
change with who made it and why; votes, meetings, stand-ups and their minutes.</li>
<li>Who you are in Teams: your name, your id there, and your time zone where Teams tells it.</li>
<li>Where it is spoken to: the ids and names of teams, channels and chats that it was added to.</li>
<li>What was written to it, as it came. It reads no other messages unless your organisation has allowed that.</li></ul>
<h2>For how long</h2>
<ul><li>What was written to it, as it came: two weeks after it was dealt with; that it came: a month.</li>
<li>Its log, as long as whoever runs this server keeps it; no text that people wrote is in there.</li>
<li>The backlog and its history: until whoever runs this server deletes them. They are the team's memory.</li></ul>
<h2>How it is deleted</h2>
<p>An item is discarded, or a capture undone, by its buttons. For your name or everything of a team to be deleted from
the database, ask whoever runs this server; copies that they keep as backups are theirs to say. Removing the app from
Teams stops bmm there, and deletes nothing that was asked for.</p>
<p><a href="about">About bmm</a> · <a href="terms">Terms of use</a></p>""",
    )


def terms() -> web.Response:
    """On which terms it is there."""
    return _said(
        "Terms of use",
        """<p>bmm is software under the Apache License 2.0: it comes as it is, without warranty, and its authors are not
liable for what comes of its use. They do not run this server and see nothing of it.</p>
<p>Between you and whoever runs this server, their own rules hold, most likely those of your organisation for its other
tools. Write nothing to bmm that your channel should not know: a channel's board is for everybody in it.</p>
<p><a href="about">About bmm</a> · <a href="privacy">What bmm keeps, and for how long</a></p>""",
    )


def themed(asked: str) -> str:
    """The theme, where it is one of Teams'; its light one otherwise."""
    return asked if asked in THEMES else THEMES[0]


def _said(title: str, body: str) -> web.Response:
    return _page("about", title, f"<main><h1>{title}</h1>\n{body}</main>", "system")


def _page(page: str, title: str, body: str, theme: str, *, script: bool = False) -> web.Response:
    """A page; its addresses are relative, so that it may stand below any path."""
    scripts = (
        f'<script src="{LIBRARY}" integrity="{INTEGRITY}" crossorigin="anonymous" defer></script>'
        '<script type="module" src="static/tab.js"></script>'
        if script
        else ""
    )
    text = f"""<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>{escape(title)}</title><link rel="stylesheet" href="static/tab.css">{scripts}</head>
<body data-page="{page}">
{body}
</body></html>
"""
    return web.Response(text=text, content_type="text/html", headers={**HEADERS, "Cache-Control": "no-store"})
