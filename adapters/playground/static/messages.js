// Draws a list of messages, redrawing only those that changed.

import { card } from "./card.js";
import { h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatar, nameOf } from "./people.js";
import { isHome, state } from "./state.js";
import { clockTime, moment, textOf } from "./words.js";

const TOGETHER = 5 * 60_000;
const MENTION = /(?<![\w@])@(?:bmm(?!\w|[.-]\w)|[A-Z][\p{L}'-]+(?: [A-Z][\p{L}'-]+)?)/gu;

// `act` holds `press(message, option, element)`, `open(root)`, `dismiss(message)`, `use(shortcut, message)`, `edit(message)`
// and `remove(message)`.
export function messageList(scroll, act) {
  const list = h("ol", { class: "messages" });
  const drawn = new Map();
  const jump = h("button", { type: "button", class: "jump", onclick: toEnd }, icon("down"), "New messages");
  let key = "";
  let isAtEnd = true;
  let last = "";
  scroll.addEventListener("scroll", () => {
    isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    if (isAtEnd) jump.remove();
  });
  new ResizeObserver(() => isAtEnd && toEnd()).observe(scroll);

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
    isAtEnd = true;
    jump.remove();
  }

  // A page is read from its top, a talk from its end.
  function show({ place, messages, replies, empty, earlier, isThread, isPage }) {
    const isOther = key !== place;
    const top = isPage && isOther ? 0 : scroll.scrollTop;
    const stay = !isPage && (isAtEnd || isOther);
    if (isOther) drawn.clear();
    if (isPage) isAtEnd = false;
    key = place;
    const items = parts(messages, replies, isThread, drawn, act);
    arrange(list, items);
    const latest = messages.reduce((most, each) => (each.id > most ? each.id : most), "");
    const isMissed = !stay && !isPage && (latest > last || jump.isConnected);
    last = latest;
    arrange(scroll, [earlier, messages.length ? list : null, empty, isMissed && jump].filter(Boolean)); // moving it would take the focus
    if (stay) toEnd();
    else scroll.scrollTop = top;
  }

  return show;
}

function parts(messages, replies, isThread, drawn, act) {
  const items = [];
  const used = new Set();
  let before = null;
  for (const message of messages) {
    if (!isThread && !isHome(message.channel) && (!before || !sameDay(before, message))) items.push(dayLine(message, drawn, used));
    const joined = before !== null && joins(before, message);
    const below = (replies && replies.get(message.id)) || [];
    const due = isThread ? null : state.waiting.get(message.id);
    items.push(kept(drawn, used, message.id, JSON.stringify([message, joined, below.length, below.at(-1), due]), () =>
      draw(message, joined, isThread ? null : { below, due }, act),
    ));
    before = message;
  }
  for (const id of drawn.keys()) if (!used.has(id)) drawn.delete(id);
  return items;
}

function kept(drawn, used, id, sign, make) {
  used.add(id);
  const old = drawn.get(id);
  if (old?.sign === sign) return old.element;
  const element = make();
  if (old) refocus(old.element, element);
  drawn.set(id, { sign, element });
  return element;
}

// A redrawn card keeps the focus on the same control, or on the one that took its place.
function refocus(old, element) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (!focused?.dataset.control) return;
  const at = [...old.querySelectorAll("[data-control]")].indexOf(focused);
  const controls = [...element.querySelectorAll("[data-control]")];
  const next = controls.find((each) => each.dataset.control === focused.dataset.control) || controls[at] || controls.at(-1);
  queueMicrotask(() => next?.focus({ preventScroll: true }));
}

function arrange(list, items) {
  const wanted = new Set(items);
  [...list.children].filter((each) => !wanted.has(each)).forEach((each) => each.remove());
  items.forEach((each, index) => {
    if (list.children[index] !== each) list.insertBefore(each, list.children[index] || null);
  });
}

const sameDay = (one, other) => new Date(one.at).toDateString() === new Date(other.at).toDateString();

const joins = (before, message) =>
  before.author === message.author && !before.to && !message.to && !before.card && !message.card &&
  new Date(message.at) - new Date(before.at) < TOGETHER && sameDay(before, message);

function dayLine(message, drawn, used) {
  const date = new Date(message.at);
  const ago = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(message.at).setHours(0, 0, 0, 0)) / 86_400_000);
  const words = ago === 0 ? "Today" : ago === 1 ? "Yesterday" : moment(message.at, "day");
  return kept(drawn, used, `day ${date.toDateString()}`, words, () => h("li", { class: "day" }, h("span", {}, words)));
}

function draw(message, joined, thread, act) {
  if (isHome(message.channel)) return page(message, act);
  if (message.under) return receipt(message, act);
  const name = nameOf(message.author);
  const body = h("div", { class: "body" }, !joined && by(message, name), words(message, act));
  if (thread?.below.length) body.append(summary(message, thread.below, act));
  if (thread?.due && !thread.below.some((each) => each.author === "bmm")) body.append(working());
  const kind = ["message", joined && "joined", message.to && "private", message.author === "bmm" && "bot"];
  return h(
    "li",
    { class: kind.filter(Boolean).join(" "), id: `m-${message.id}`, tabindex: "-1", "data-id": message.id },
    h("div", { class: "gutter" }, joined ? clockTime(message.at) : avatar(message.author)),
    body,
    h("div", { class: "toolbar" }, tools(message, name, Boolean(thread), act)),
  );
}

// The home is one card and nothing around it.
function page(message, act) {
  return h("li", { class: "home", id: `m-${message.id}`, "data-id": message.id }, words(message, act));
}

function tools(message, name, isRoot, act) {
  if (message.to) return [dismiss(message, act)];
  return [more(message, name, act), isRoot && reply(message, name, act)];
}

function more(message, name, act) {
  const verbs = message.deleted ? [] : verbsOf(message, act);
  if (!verbs.length) return null;
  const label = `What can be done with the message of ${name}`;
  const button = h("button", {
    type: "button", class: "icon tool", "aria-label": label, title: "More", "data-control": "more", "data-label": label,
    "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => openMenu(button, verbs, undefined, (verb) => verb.act()),
  }, icon("more"));
  return button;
}

function verbsOf(message, act) {
  const verb = (label, run, style) => ({ label: [{ text: label }], act: run, style });
  const mine = message.author === state.me;
  return [
    ...state.shortcuts.filter((each) => each.on === "message").map((each) => verb(each.label, () => act.use(each, message))),
    ...(mine ? [verb("Edit", () => act.edit(message)), verb("Delete", () => act.remove(message), "danger")] : []),
  ];
}

// A private answer to a control stands below its card, and is small.
function receipt(message, act) {
  return h(
    "li",
    { class: "message private receipt", id: `m-${message.id}`, tabindex: "-1", "data-id": message.id },
    h("div", { class: "gutter" }, icon("eye")),
    h("div", { class: "body" }, words(message, act), h("p", { class: "quiet" }, "Only you can see this")),
    h("div", { class: "toolbar" }, dismiss(message, act)),
  );
}

function dismiss(message, act) {
  const props = { type: "button", class: "icon tool", "aria-label": "Dismiss this notice", title: "Dismiss" };
  return h("button", { ...props, onclick: () => act.dismiss(message) }, icon("close"));
}

function by(message, name) {
  const only = message.to && h("span", { class: "only" }, icon("eye"), "Only you can see this");
  return h("div", { class: "by" }, h("b", {}, name), clockTime(message.at), only);
}

function words(message, act) {
  if (message.deleted) return h("p", { class: "said quiet" }, "This message was deleted.");
  if (!message.card) return h("p", { class: "said" }, mentions(message.text), message.edited && h("span", { class: "quiet" }, " (edited)"));
  const asked = message.text && h("p", { class: "asked" }, "You asked ", h("code", {}, message.text));
  return [asked, card(message.card, message.id, (option, element) => act.press(message, option, element))].filter(Boolean);
}

function mentions(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(MENTION)) {
    nodes.push(text.slice(at, match.index), h("span", { class: "person ping" }, match[0]));
    at = match.index + match[0].length;
  }
  return [...nodes, text.slice(at)];
}

function reply(message, name, act) {
  const label = `Reply in a thread to ${name}`;
  return h("button", { type: "button", class: "icon tool", "aria-label": label, title: "Reply in a thread", onclick: () => act.open(message.id) }, icon("reply"));
}

function summary(message, below, act) {
  const last = below.at(-1);
  const authors = [...new Set(below.map((each) => each.author))].slice(-3);
  const count = below.length === 1 ? "1 reply" : `${below.length} replies`;
  return h(
    "button",
    { type: "button", class: "replies", onclick: () => act.open(message.id) },
    h("span", { class: "faces" }, authors.map(avatar)),
    h("b", {}, count),
    h("span", { class: "last" }, `${nameOf(last.author)}: ${gist(last)}`),
  );
}

export const gist = (message) => (message.deleted ? "deleted" : message.card ? message.card.summary || textOf(message.card.blocks[0]?.words) : message.text);

export function working() {
  return h("p", { class: "working" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), "bmm is on it");
}
