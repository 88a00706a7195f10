// The chat: puts the parts together, goes about in it, and hears what changes.

import { composer } from "./composer.js";
import { dismiss, edit, openHome, press, remove, say, take, use } from "./deeds.js";
import { announce, byId, h, icon, toast } from "./dom.js";
import { emptyPlace } from "./empty.js";
import { formErrors } from "./form.js";
import { me, own, remember } from "./me.js";
import { gist, messageList, working } from "./messages.js";
import { get, live } from "./net.js";
import { nameOf } from "./people.js";
import { drawSide } from "./side.js";
import { add, changed, heard, isHome, listen, listing, load, read, repliesByRoot, state } from "./state.js";

const WIDE = matchMedia("(min-width: 1100px)");
const PHONE = matchMedia("(max-width: 720px)");

const act = { press, dismiss, use, edit, remove, open: (root) => go(state.channel, root) };
const showTalk = messageList(byId("scroll"), act);
const showThread = messageList(byId("thread-scroll"), act);
const box = composer(byId("say"), (text, nonce) => say(text, "", nonce));
const threadBox = composer(byId("thread-say"), (text, nonce) => say(text, state.thread, nonce));
let hangUp = () => {};

// --- drawing

function draw() {
  const channel = state.channels.get(state.channel);
  if (!channel) return;
  const isTalk = channel.kind === "personal";
  const name = isTalk ? "bmm" : channel.kind === "home" ? channel.name : `#${channel.name}`;
  document.title = `${name} · ${nameOf(state.me)} · bmm playground`;
  byId("title").textContent = name;
  byId("about").textContent = channel.about;
  box.at(`${state.me} ${channel.id}`, isTalk ? "Write to bmm" : `Write to ${name}, or ask @bmm`);
  byId("say").hidden = channel.kind === "home";
  const messages = listing(channel.id, "");
  showTalk({
    place: `${state.me} ${channel.id}`, messages, replies: repliesByRoot(channel.id), earlier: earlier(channel), isPage: channel.kind === "home",
    empty: messages.length ? due(channel.id) : channel.kind === "home" ? working() : emptyPlace(channel, box.put),
  });
  drawThread(channel);
  if (!document.hidden) read(channel.id);
  drawSide(go, become, useAnywhere);
}

function drawThread(channel) {
  const isOpen = Boolean(state.thread);
  byId("thread").hidden = !isOpen;
  document.body.classList.toggle("threaded", isOpen);
  byId("talk").inert = isOpen && PHONE.matches;
  if (!isOpen) return;
  const messages = listing(channel.id, state.thread);
  byId("thread-about").textContent = channel.kind === "personal" ? "with bmm" : `in #${channel.name}`;
  threadBox.at(`${state.me} ${state.thread}`, "Reply in this thread");
  showThread({ place: `${state.me} ${state.thread}`, messages, isThread: true, empty: due(state.thread) });
}

const due = (place) => (state.waiting.has(place) ? working() : null);

function earlier(channel) {
  if (!channel.more) return null;
  return h("button", { type: "button", class: "textual earlier", onclick: () => fetchEarlier(channel) }, "Show earlier messages");
}

async function fetchEarlier(channel) {
  const before = listing(channel.id, "").map((each) => each.id).sort()[0];
  const data = await get("earlier", { channel: channel.id, before }).catch((error) => toast(error.message));
  if (!data) return;
  add(data.messages);
  channel.more = data.more;
  changed();
}

// --- going about

function go(channel, thread = "", { quietly = false } = {}) {
  state.channel = channel;
  state.thread = thread;
  const query = new URLSearchParams({ as: state.me, channel, ...(thread && { thread }) });
  if (!quietly) history.pushState(null, "", `/?${query}`);
  side(false);
  changed();
  lookHome();
  if (quietly) return;
  if (PHONE.matches) byId(thread ? "close-thread" : "open-side").focus(); // a box would call the keyboard up
  else if (thread) threadBox.focus();
  else if (WIDE.matches) box.focus();
}

// The bot is told each time that somebody comes to their home.
let looked = "";

function lookHome() {
  const here = isHome(state.channel) ? `${state.me} ${state.channel}` : "";
  if (here && here !== looked) openHome();
  looked = here;
}

function fromAddress() {
  const query = new URLSearchParams(location.search);
  state.channel = query.get("channel") || state.channel;
  state.thread = query.get("thread") || "";
  return query.get("message");
}

async function become(user) {
  const wasTalk = state.channel === state.me;
  const wasHome = isHome(state.channel);
  remember(user);
  state.channel = wasTalk ? user : wasHome ? state.channel.replace(state.me, user) : state.channel;
  state.thread = wasTalk ? "" : state.thread;
  const query = new URLSearchParams({ as: user, channel: state.channel, ...(state.thread && { thread: state.thread }) });
  history.pushState(null, "", `/?${query}`);
  start();
}

// Shows one message: in the channel, or in its thread.
async function reveal(message) {
  const data = await get("thread", { channel: state.channel, message }).catch(() => ({ messages: [] }));
  if (!data.messages.length) return toast("That message is not there any more.");
  add(data.messages);
  const stands = data.root === message && document.getElementById(`m-${message}`);
  if (!stands) state.thread = data.root;
  changed();
  const element = (stands ? byId("scroll") : byId("thread-scroll")).querySelector(`[data-id="${CSS.escape(message)}"]`);
  element?.scrollIntoView({ block: "center" });
  element?.classList.add("found");
}

function useAnywhere(shortcut) {
  side(false);
  use(shortcut);
}

function side(open) {
  document.body.classList.toggle("sided", open);
  byId("veil").hidden = !open;
  byId("talk").inert = byId("thread").inert = open;
  byId("open-side").setAttribute("aria-expanded", String(open));
  if (open) byId("side").querySelector("a")?.focus();
}

// --- hearing

const HEAR = {
  message: ({ message }) => {
    const isNew = heard(message);
    const isHere = message.channel === state.channel && (!message.thread || message.thread === state.thread);
    if (isNew && isHere && !isHome(message.channel) && message.author !== state.me) announce(`${nameOf(message.author)}: ${gist(message)}`);
    if (isNew) followAnswer(message);
    changed();
  },
  gone: ({ id }) => {
    state.messages.delete(id);
    changed();
  },
  answer: (answer) => (answer.errors ? formErrors(answer.errors) : take(answer, answer.origin)),
};

// Where there is room, the first answer to one's own ask opens beside the channel.
function followAnswer(message) {
  const root = state.messages.get(message.thread);
  const isMine = root && root.author === state.me && root.channel === state.channel;
  if (WIDE.matches && isMine && message.author === "bmm" && !state.thread && !byId("dialog").open) {
    go(state.channel, message.thread, { quietly: true });
  }
}

function lineStatus(isLive) {
  byId("line").textContent = isLive ? "" : "Reconnecting …";
}

function start() {
  hangUp();
  let first = true;
  hangUp = live({
    fresh: async () => {
      load(await get("state"));
      changed();
      if (!first) return;
      first = false;
      const message = fromAddress();
      changed();
      lookHome();
      if (message) await reveal(message);
      else if (state.thread) add((await get("thread", { channel: state.channel, message: state.thread })).messages);
      changed();
    },
    hear: (frame) => HEAR[frame.type]?.(frame),
    status: lineStatus,
  });
}

// --- keys and clicks

byId("open-side").append(icon("menu"));
byId("close-thread").append(icon("close"));
byId("open-side").addEventListener("click", () => side(!document.body.classList.contains("sided")));
byId("close-thread").addEventListener("click", closeThread);
byId("veil").addEventListener("click", () => side(false));
PHONE.addEventListener("change", changed);
addEventListener("popstate", () => (me() === state.me ? (fromAddress(), changed(), lookHome()) : start()));
document.addEventListener("visibilitychange", changed);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/?']");
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", own(link.getAttribute("href")));
  const message = fromAddress();
  changed();
  if (message) reveal(message);
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || byId("dialog").open) return;
  if (document.body.classList.contains("sided")) side(false);
  else if (state.thread) closeThread();
});

function closeThread() {
  const root = state.thread;
  go(state.channel);
  byId("scroll").querySelector(`[data-id="${CSS.escape(root)}"]`)?.focus({ preventScroll: true });
}

history.replaceState(null, "", own(location.href));
remember(me());
fromAddress();
listen(draw);
start();
