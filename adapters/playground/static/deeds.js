// What people do: carries it to the server, and shows what comes back on the line.

import { announce, toast } from "./dom.js";
import { confirmed, openForm, openNotice } from "./form.js";
import { gist } from "./messages.js";
import { post } from "./net.js";
import { changed, heard, isHome, state } from "./state.js";
import { textOf } from "./words.js";

const PATIENCE = 30_000;

export async function say(text, thread, nonce) {
  const { channel } = state;
  const answer = await post("say", { channel, thread, text, nonce });
  if (!answer.message) return take(answer, { channel, thread, message: "" });
  heard(answer.message);
  const root = thread || (channel === state.me ? channel : answer.message.id);
  if (answer.heard && !isAnswered(answer.message)) wait(root, answer.heard === "reply");
  changed();
}

// The answer may well come before the receipt.
const isAnswered = ({ id, channel, thread }) =>
  [...state.messages.values()].some(
    (each) => each.author === "bmm" && each.id > id && each.channel === channel && ["", id, thread].includes(each.thread),
  );

// Says that an answer is due. A reply below a card may well be meant for people only.
function wait(root, isReply) {
  const since = Date.now();
  state.waiting.set(root, since);
  setTimeout(() => {
    if (state.waiting.get(root) !== since) return;
    state.waiting.delete(root);
    changed();
    if (!isReply) toast("bmm has not answered yet. What you wrote is kept, there is no need to write it again.");
  }, isReply ? PATIENCE / 6 : PATIENCE);
}

export async function press(message, option, element) {
  if (element.getAttribute("aria-busy")) return;
  if (option.confirm && !(await confirmed(option.confirm, textOf(option.label)))) return;
  element.setAttribute("aria-busy", "true");
  await tried(async () => {
    const answer = await post("press", { message: message.id, intent: option.intent });
    take(answer, { channel: message.channel, thread: message.thread, message: message.id });
  });
  element.removeAttribute("aria-busy");
}

// A shortcut on a message or, without one, anywhere.
export const use = (shortcut, message) =>
  tried(async () => {
    const answer = await post("shortcut", { name: shortcut.name, ...(message && { message: message.id }) });
    take(answer, { channel: message?.channel || state.me, thread: message?.thread || "", message: message?.id || "" });
  });

export const openHome = () => tried(() => post("home", {}));

const EDIT = {
  title: "Edit your message", submit: "Save", note: null,
  fields: [{ name: "text", label: "Message", kind: "lines", max: 8000, options: [], hint: null, optional: false }],
};

export function edit(message) {
  const form = { ...EDIT, fields: EDIT.fields.map((each) => ({ ...each, initial: message.text })) };
  openForm(form, async ({ text }) => {
    const { message: after } = await post("edit", { message: message.id, text });
    heard(after);
    changed();
    return {};
  });
}

export async function remove(message) {
  const words = `“${gist(message).slice(0, 200)}” goes, for everybody. bmm keeps what it logged.`;
  if (await confirmed(words, "Delete")) await tried(() => post("delete", { message: message.id }));
}

async function tried(deed) {
  try {
    await deed();
  } catch (error) {
    toast(error.message);
  }
}

export function take(answer, origin) {
  if (answer.notice && isHome(answer.notice.channel)) {
    openNotice(answer.notice, press, dismiss);
  } else if (answer.notice) {
    if (heard(answer.notice)) announce(`Only you: ${gist(answer.notice)}`);
    changed();
  }
  if (answer.form) {
    const at = answer.origin || origin;
    openForm(answer.form, async (values) => {
      const next = await post("submit", { ...at, intent: answer.form.intent, values });
      take(next, at);
      return next;
    });
  }
}

export async function dismiss(message) {
  state.messages.delete(message.id);
  changed();
  await post("dismiss", { message: message.id }).catch((error) => toast(error.message));
}
