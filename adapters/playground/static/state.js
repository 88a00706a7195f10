// What this window knows; whoever draws it listens for changes.

export const state = {
  me: "",
  people: new Map(),
  channels: new Map(),
  messages: new Map(),
  commands: [],
  shortcuts: [],
  channel: "ops",
  thread: "",
  waiting: new Map(), // root message or channel → since when an answer is due
};

// One's own page with the bot: its one message is the page, what is said to oneself alone stands over it.
export const isHome = (channel) => state.channels.get(channel)?.kind === "home";

const listeners = new Set();

export const listen = (listener) => listeners.add(listener);
export const changed = () => listeners.forEach((listener) => listener());

export function load(data) {
  state.me = data.me;
  state.people = new Map(data.people.map((each) => [each.id, each]));
  state.commands = data.commands;
  state.shortcuts = data.shortcuts;
  state.channels = new Map(data.channels.map(({ messages: _, ...channel }) => [channel.id, channel]));
  state.messages = new Map(data.channels.flatMap((each) => each.messages).map((each) => [each.id, each]));
  if (!state.channels.has(state.channel)) state.channel = data.channels[0].id;
}

export function add(messages) {
  for (const each of messages) state.messages.set(each.id, each);
}

export function heard(message) {
  const isNew = !state.messages.has(message.id);
  state.messages.set(message.id, message);
  if (message.author === "bmm") settle(message);
  return isNew;
}

// An answer stands in the thread that asked, or in the channel itself.
function settle(message) {
  state.waiting.delete(message.thread || message.channel);
  if (!message.thread) {
    for (const root of state.waiting.keys()) {
      if (state.messages.get(root)?.channel === message.channel) state.waiting.delete(root);
    }
  }
}

const inOrder = (one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

// Messages of a list, each private answer right below the message that it answers.
export function listing(channel, thread) {
  const all = [...state.messages.values()].filter((each) => each.channel === channel).sort(inOrder);
  const here = all.filter((each) => (thread ? each.thread === thread || each.id === thread : !each.thread));
  if (isHome(channel)) return here.filter((each) => !each.to);
  const ids = new Set(here.map((each) => each.id));
  const below = grouped(here, (each) => each.under);
  const standing = here.filter((each) => !ids.has(each.under));
  return standing.flatMap((each) => [each, ...(below.get(each.id) || [])]);
}

function grouped(messages, key) {
  const found = new Map();
  for (const each of messages) found.set(key(each), [...(found.get(key(each)) || []), each]);
  return found;
}

export function repliesByRoot(channel) {
  const replies = [...state.messages.values()].filter((each) => each.channel === channel && each.thread);
  return grouped(replies.sort(inOrder), (each) => each.thread);
}

// What was read, by person and channel; it stays in this browser.

const mark = (channel) => `bmm.read.${state.me}.${channel}`;

export function read(channel) {
  const latest = [...state.messages.values()].filter((each) => each.channel === channel).sort(inOrder).at(-1);
  if (latest) localStorage.setItem(mark(channel), latest.id);
}

export function unread(channel) {
  if (isHome(channel)) return 0;
  const last = localStorage.getItem(mark(channel)) || "";
  return [...state.messages.values()].filter(
    (each) => each.channel === channel && each.author !== state.me && each.id > last,
  ).length;
}
