"""At most six actions on a card: what is more is folded into menus before anything is drawn."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from adapters.teams.limits import ACTIONS
from adapters.teams.rendering.runs import web
from bot.messages import Block, Button, Choice, Control, Controls, Link, Text, Words, plain

MORE = "More"

Set = list[Control]  # the actions that stand at one place of the card


def folded(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks with one menu for all that answers one question, and with at most six controls."""
    kept = _beside(blocks)
    sets = [list(each.items) for each in kept if isinstance(each, Controls)]
    links: list[list[Link]] = [[] for _ in sets]
    while sum(map(len, sets)) > ACTIONS:
        _fold(sets, links)
    at = iter(zip(sets, links, strict=True))
    return list(chain.from_iterable(_put(*next(at)) if isinstance(each, Controls) else [each] for each in kept))


def _beside(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with those controls beside one another between which nothing stands."""
    kept: list[Block] = []
    for each in blocks:
        last = kept[-1] if kept else None
        if not isinstance(each, Controls):
            kept.append(each)
        elif isinstance(last, Controls):
            kept[-1] = Controls((*last.items, *_shown(each)))
        else:
            kept.append(Controls(tuple(_shown(each))))
    return kept


def _shown(controls: Controls) -> Set:
    """The controls that lead somewhere; under a label all but links become one menu of that name."""
    items = [each for each in controls.items if not _is_void(each)]
    if controls.label is None:
        return items
    menu = Choice(controls.label, tuple(chain.from_iterable(map(_options, items))))
    return [*([menu] if menu.options else []), *(each for each in items if isinstance(each, Link))]


def _is_void(control: Control) -> bool:
    return not web(control.url) if isinstance(control, Link) else isinstance(control, Choice) and not control.options


def _fold(sets: list[Set], links: list[list[Link]]) -> None:
    """One action less: two of the largest set in one menu, or two sets in one, or a link among the words."""
    able = [each for each in sets if len(_foldable(each)) > 1]
    if able:
        _merge(max(able, key=len))
        return
    lone = [each for each in sets if _foldable(each)]
    if len(lone) > 1:
        lone[-2].append(control := _foldable(lone[-1])[0])
        lone[-1].remove(control)
        return
    number = max(n for n, each in enumerate(sets) if any(isinstance(one, Link) for one in each))
    link = next(each for each in reversed(sets[number]) if isinstance(each, Link))
    sets[number].remove(link)
    links[number].insert(0, link)


def _merge(controls: Set) -> None:
    """The last control that can be folded goes into the set's menu of more, or makes one with the one before it."""
    able = _foldable(controls)
    more = next((each for each in able if _is_more(each)), None)
    last = [each for each in able if each is not more][-1]
    other = able[-2] if more is None else more
    both = (other, last) if more is None else (last, more)
    menu = Choice(Words(MORE), tuple(chain.from_iterable(map(_options, both))))
    kept = (menu if each is other else each for each in controls if each is not last)
    controls[:] = list(kept)


def _is_more(control: Control) -> bool:
    return isinstance(control, Choice) and plain(control.label) == MORE


def _foldable(controls: Set) -> list[Button | Choice]:
    return [each for each in controls if not isinstance(each, Link)]


def _options(control: Control) -> tuple[Button, ...]:
    """A control as options of a menu, those of another menu under its name unless that only says that there is more."""
    match control:
        case Button():
            return (control,)
        case Choice() if _is_more(control):
            return control.options
        case Choice():
            return tuple(
                replace(each, label=Words("{menu}: {option}", {"menu": control.label, "option": each.label}))
                for each in control.options
            )
        case Link():
            return ()


def _put(controls: Set, links: Sequence[Link]) -> list[Block]:
    """What is left of a set, and its links that found no place among the actions."""
    lines = [Text(Words("{link}", {"link": each})) for each in links]
    return [*([Controls(tuple(controls))] if controls else []), *lines]
