"""The pages that somebody sees who installs bmm or follows a link: plain HTML, no script, nothing from elsewhere.

Everything that did not stand in this file is escaped here and nowhere else.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape

from aiohttp import web

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2420; --soft: #56635c; --line: #d5ddd8; --paper: #fff; --around: #eef2ef;
  --green: #1f4d3a; --on: #fff; --wrong: #8a1f2b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eeea; --soft: #a9b6af; --line: #36423c; --paper: #1a211d;
  --around: #101512; --green: #7fd0a8; --on: #10201a; --wrong: #ff9aa5; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 3rem 1rem; background: var(--around); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 38rem; margin: 0 auto; padding: 2rem 2.25rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
.mark { margin: 0 0 1.25rem; color: var(--green); font-weight: 700; letter-spacing: .04em; }
.wrong h1 { color: var(--wrong); }
dl { margin: 0; border-top: 1px solid var(--line); }
dl div { padding: .6rem 0; border-bottom: 1px solid var(--line); }
dt { font-weight: 600; } dd { margin: 0; color: var(--soft); }
code { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .94em; overflow-wrap: anywhere; }
ol, ul { padding-left: 1.25rem; } li { margin: .45rem 0; }
.button { display: inline-block; margin: 1.25rem 0 .25rem; padding: .7rem 1.4rem; border-radius: 8px;
  background: var(--green); color: var(--on); font-weight: 600; text-decoration: none; }
.button:hover { text-decoration: underline; }
.button:focus-visible, a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
.soft { color: var(--soft); font-size: .92rem; }
a { color: var(--green); } .button, .button:visited { color: var(--on); }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def install(address: str, scopes: Mapping[str, str], more: Mapping[str, str]) -> web.Response:
    """What bmm asks for and why, the link to Slack's own question, and by address what it could ask for besides."""
    asked = "".join(
        f"<div><dt><code>{escape(scope)}</code></dt><dd>{escape(_sentence(why))}</dd></div>"
        for scope, why in scopes.items()
    )
    return _page(
        "Add bmm to Slack",
        f"""<p>bmm keeps your team's backlog alive: it catches asks where they are made, runs the refinement meeting
and its votes, and opens each day with a walk of the board.</p>
<p><a class="button" href="{escape(address)}">Add to Slack</a></p>
<p class="soft">Slack asks you to choose a workspace and to confirm. You can take bmm out again at any time; what Slack
gave it to act there is deleted then.</p>
<h2>What it asks for, and why</h2>
<dl>{asked}</dl>{_besides(more)}""",
    )


def _besides(more: Mapping[str, str]) -> str:
    if not more:
        return ""
    each = "".join(
        f'<li>{escape(_sentence(brings))} <a href="{escape(address)}">Ask for this too</a></li>'
        for address, brings in more.items()
    )
    return f"""
<h2>What it does only where it is allowed to</h2>
<ul>{each}</ul>
<p class="soft">The Slack app has to be set up for it as well; whoever runs this bmm knows.</p>"""


def installed(name: str, address: str, organisation: bool) -> web.Response:
    """It is done, and what to do next."""
    where = escape(name) if name else ("your organisation" if organisation else "your workspace")
    granted = (
        "<li>An administrator adds it to the workspaces of the organisation that are to use it.</li>"
        if organisation
        else ""
    )
    return _page(
        f"bmm is in {where}",
        f"""<p>Three steps to the first item:</p>
<ol>{granted}<li>Open the channel of your team and write <code>/invite @bmm</code>.</li>
<li>Write there <code>@bmm the badge printer on 3 jams, need it fixed before Friday</code>.</li>
<li>Answer the question in the thread, press a button, or leave it: the item is safe already.</li></ol>
<p>Whoever likes to look around first writes <code>/bmm help</code>.</p>
<p><a class="button" href="{escape(address)}">Open bmm in Slack</a></p>""",
        titled=True,
    )


def item(key: str) -> web.Response:
    """Where a link to an item leads outside Slack: nothing of it is shown to who may be anybody."""
    return _page(
        key,
        f"""<p>This is an item of a backlog that bmm keeps.</p>
<p>To see it write <code>/bmm show {escape(key)}</code> in a channel of its team in Slack; pasted there, this link
unfolds into it.</p>""",
    )


def failed(status: int, title: str, sentences: Sequence[str], again: str = "/slack/install") -> web.Response:
    """What happened and what to do about it."""
    said = "".join(f"<p>{escape(each)}</p>" for each in sentences)
    start = f'<p><a class="button" href="{escape(again)}">Start again</a></p>' if again else ""
    return _page(title, said + start, status=status, wrong=True)


def _sentence(why: str) -> str:
    return why[:1].upper() + why[1:] + ("" if why.endswith(".") else ".")


def _page(title: str, body: str, *, status: int = 200, wrong: bool = False, titled: bool = False) -> web.Response:
    """A page; `titled` where the title was escaped already."""
    title = title if titled else escape(title)
    role = ' role="alert"' if wrong else ""
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><style>{_STYLE}</style></head>
<body><main{' class="wrong"' if wrong else ""}><p class="mark">bmm</p><div{role}><h1>{title}</h1>
{body}</div></main></body></html>
"""
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)
