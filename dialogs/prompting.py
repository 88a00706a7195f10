"""How an open question is shown: its words, the form's button, and what to type where only mentions reach the bot."""

from bot import wire
from bot.ledger import Prompt
from bot.look import Look
from bot.messages import Block, Button, Control, Controls, Text, Words
from bot.questions import holes
from bot.routes import Routes
from bot.words import say
from dialogs.intents import SkipQuestion, UseOffer

routes = Routes()

_FEW = 2  # the form and the way past it; with more the answers themselves are there to press
OPENING = 60  # characters by which an offered answer is known again


def question_blocks(prompt: Prompt, look: Look) -> tuple[Block, ...]:
    """The question of a prompt, for the card that carries it."""
    intent = wire.unpack(prompt.intent)
    hole = holes(type(intent))[prompt.hole]
    asked = say(hole.words, person=look.person(prompt.person, ping=False))
    offer: tuple[Block, ...] = ()
    if prompt.offer:
        use = Button(say("question.use_offer"), UseOffer(prompt.id, prompt.offer[:OPENING]))
        by = look.person(prompt.offered_by)
        offer = (Text(say("question.offered", person=by, text=prompt.offer)), Controls((use,)))
    ways = _ways(prompt, intent)
    label = say("question.answer") if len(ways) > _FEW else None
    return (Text(asked), *offer, Controls(ways, label), *_how(prompt))


def _how(prompt: Prompt) -> tuple[Block, ...]:
    """What to type, where typing reaches the bot: in a thread."""
    return (Text(say("question.how"), "quiet"),) if prompt.thread else ()


def _ways(prompt: Prompt, intent: object) -> tuple[Control, ...]:
    hole = holes(type(intent))[prompt.hole]
    options = hole.options() if hole.options else ()
    skip = Button(say("question.skip"), SkipQuestion(prompt.id))
    if 0 < len(options) <= 5:
        return (*(Button(Words("{label}", {"label": label}), _filled(prompt, value)) for value, label in options), skip)
    return (Button(say("question.answer"), intent, "primary"), skip)


def _filled(prompt: Prompt, value: str) -> object:
    return wire.unpack(prompt.intent, **{prompt.hole: value})
