"""Questions in a thread: an answer, somebody else's words offered as one, skip, and cancel."""

from dataclasses import replace

from bot import understanding, wire
from bot.effects import Become, Effects, Notice, Refusal, Show
from bot.ledger import Prompt
from bot.look import Look
from bot.messages import Button, Message, Text
from bot.questions import holes
from bot.routes import Routes
from bot.turn import Turn
from bot.views import QuestionCard
from bot.words import say
from dialogs.intents import AnswerQuestion, SkipQuestion, UseOffer, log
from dialogs.item import ItemCard
from dialogs.prompting import question_blocks

routes = Routes()
routes.answering = AnswerQuestion

LEAVE = {"skip", "cancel", "later", "no", "never mind", "nevermind"}


@routes.handles(AnswerQuestion, outside="own")
def answer_question(intent: AnswerQuestion, turn: Turn) -> Effects:
    """The one who was asked answers; what another says is kept as an offer; a mention says what it was taken for."""
    prompt = turn.must(Prompt, intent.prompt)
    if not prompt.open or prompt.expires_at < turn.now:
        raise Refusal(say("question.closed"), _instead(intent.text, turn))
    if intent.text.casefold().strip(" .!") in LEAVE:
        yield Become(SkipQuestion(prompt.id))
        return
    if turn.person.id != prompt.person and not turn.event.intent:
        turn.save(replace(prompt, offer=intent.text, offered_by=turn.person.id))
        yield from _redrawn(prompt, turn)
        yield Notice(say("question.offered_to", person=turn.human(prompt.person).name), (_instead(intent.text, turn),))
        return
    turn.save(replace(prompt, open=False))
    if not prompt.thread:
        turn.place = turn.place.trunk  # it was asked on a card that stands in the channel itself
    yield from _redrawn(prompt, turn)
    yield Become(_filled(prompt, intent.text, turn))
    if turn.event.how in ("mention", "direct"):
        yield Notice(say("question.taken", text=intent.text), (_instead(intent.text, turn),))


@routes.handles(UseOffer)
def use_offer(intent: UseOffer, turn: Turn) -> Effects:
    """What was offered is the answer, unless something else is offered by now."""
    prompt = turn.must(Prompt, intent.prompt)
    if turn.person.id == prompt.offered_by != prompt.person:
        raise Refusal(say("question.not_your_own", person=turn.human(prompt.person).name))
    if not prompt.offer.startswith(intent.said):
        raise Refusal(say("question.other_offer"))
    yield Become(AnswerQuestion(prompt.id, prompt.offer))


@routes.handles(SkipQuestion, outside="own")
def skip_question(intent: SkipQuestion, turn: Turn) -> Effects:
    """Leave it open; nobody asks again in this thread."""
    prompt = turn.must(Prompt, intent.prompt)
    if prompt.open:
        turn.save(replace(prompt, open=False))
        yield from _redrawn(prompt, turn)
    yield Notice(say("question.skipped"))


@routes.draws(QuestionCard)
def draw_question(view: QuestionCard, look: Look) -> Message:
    """A question that stands for itself; answered, it says so."""
    prompt = look.must(Prompt, view.prompt)
    intent = wire.unpack(prompt.intent)
    words = say(holes(type(intent))[prompt.hole].words, person=look.person(prompt.person))
    if not prompt.open:
        was = say("question.was", question=words)
        return Message(was, (Text(was, "quiet"),))
    return Message(words, question_blocks(prompt, look))


def _filled(prompt: Prompt, text: str, turn: Turn) -> object:
    bare = wire.unpack(prompt.intent)
    hole = holes(type(bare))[prompt.hole]
    options = hole.options() if hole.options else ()
    value = understanding.coerced(hole.kind, text, options, turn.now, turn.zone)
    if value is None:
        labels = ", ".join(label for _, label in options)
        raise Refusal(say("question.unread", text=text[:80], options=labels), _instead(text, turn))
    return wire.unpack(prompt.intent, **{prompt.hole: value})


def _redrawn(prompt: Prompt, turn: Turn) -> Effects:
    """Refresh the cards that carry the question."""
    yield Show(ItemCard(prompt.item) if prompt.item else QuestionCard(prompt.id))


def _instead(text: str, turn: Turn) -> Button:
    return log(say("question.log_instead"), text, turn)
