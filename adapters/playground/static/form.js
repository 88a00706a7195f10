// Forms and confirmations, as one modal dialog. What was typed stays until it is taken or thrown away.

import { card } from "./card.js";
import { byId, h, icon } from "./dom.js";
import { state } from "./state.js";
import { draw } from "./words.js";

let showing = null; // { wrong } of the form that is open

// `submit(values)` returns the answer: `errors` by field keep the form open.
export function openForm(form, submit) {
  const values = new Map(form.fields.map((field) => [field.name, question(field)]));
  const send = h("button", { type: "submit", class: "button primary" }, form.submit);
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const body = h("form", { class: "form", novalidate: true, onsubmit: sent }, [
    head(form.title),
    h("div", { class: "questions" }, form.note && h("p", { class: "quiet" }, draw(form.note)), [...values.values()].map((each) => each.element)),
    wrong,
    h("div", { class: "ends" }, cancel("Cancel"), send),
  ]);

  async function sent(event) {
    event.preventDefault();
    if (send.getAttribute("aria-busy")) return;
    tell({}, "");
    send.setAttribute("aria-busy", "true");
    try {
      const answer = await submit(Object.fromEntries([...values].map(([name, each]) => [name, each.value()])));
      if (answer.errors) tell(answer.errors, "");
      else if (showing === mine && !answer.form) byId("dialog").close();
    } catch (error) {
      tell({}, error.message);
    } finally {
      send.removeAttribute("aria-busy");
    }
  }

  function tell(errors, whole) {
    const strange = Object.keys(errors).filter((name) => !values.has(name)).map((name) => errors[name]);
    wrong.textContent = [whole, ...strange].filter(Boolean).join(" ");
    wrong.hidden = !wrong.textContent;
    for (const [name, each] of values) each.wrong(errors[name] || "");
    [...values].find(([name]) => errors[name])?.[1].focus();
  }

  const mine = { tell };
  show(body, mine);
  body.querySelector("input, textarea, select")?.focus();
}

export const formErrors = (errors) => showing?.tell?.(errors, "");

// Resolves to whether it was confirmed.
export function confirmed(words, verb) {
  return new Promise((resolve) => {
    let answer = false;
    const yes = () => {
      answer = true;
      byId("dialog").close();
    };
    const body = h("div", { class: "form" }, [
      head("Are you sure?"),
      h("div", { class: "questions" }, h("p", {}, words)),
      h("div", { class: "ends" }, cancel("Keep it as it is", { autofocus: true }), h("button", { type: "button", class: "button danger", onclick: yes }, verb)),
    ]);
    show(body, {});
    byId("dialog").addEventListener("close", () => resolve(answer), { once: true });
  });
}

// What the bot says to somebody on their home, with its controls; `left(message)` when it was closed.
export function openNotice(message, press, left) {
  const act = (option, element) => press(message, option, element);
  const body = h("div", { class: "form notice" }, [
    head("Only you can see this"),
    h("div", { class: "questions", tabindex: "0", role: "region", "aria-labelledby": "dialog-title" }, card(message.card, message.id, act)),
    h("div", { class: "ends" }, cancel("Close")),
  ]);
  show(body, {}, () => left(message));
  body.querySelector(".questions").focus();
}

function show(body, mine, left = () => {}) {
  const dialog = byId("dialog");
  dialog.replaceChildren(body);
  showing = mine;
  dialog.onclose = () => {
    showing = null;
    dialog.replaceChildren();
    left();
  };
  if (!dialog.open) dialog.showModal();
}

function head(title) {
  const close = h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => byId("dialog").close() }, icon("close"));
  return h("header", {}, h("h2", { id: "dialog-title" }, title), close);
}

const cancel = (label, props = {}) =>
  h("button", { ...props, type: "button", class: "button", onclick: () => byId("dialog").close() }, label);

function question(field) {
  const id = `field-${field.name}`;
  const input = KINDS[field.kind](field, { id, name: field.name, "aria-describedby": `${id}-hint ${id}-wrong` });
  const wrong = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  if (!field.optional) input.setAttribute("aria-required", "true");
  const element = h(
    "div",
    { class: "question" },
    h("label", { for: id }, field.label, field.optional && h("span", { class: "quiet" }, " (optional)")),
    field.hint && h("p", { class: "quiet", id: `${id}-hint` }, draw(field.hint)),
    input,
    wrong,
  );
  return {
    element,
    value: () => input.value,
    focus: () => input.focus(),
    wrong: (words) => {
      wrong.textContent = words;
      wrong.hidden = !words;
      input.setAttribute("aria-invalid", String(Boolean(words)));
    },
  };
}

const typed = (type, more = {}) => (field, props) =>
  h("input", { ...props, ...more, type, autocomplete: "off", maxlength: field.max, value: field.initial });

const KINDS = {
  line: typed("text"),
  date: typed("date"),
  number: typed("text", { inputmode: "decimal" }),
  lines: (field, props) => h("textarea", { ...props, rows: "4", maxlength: field.max, value: field.initial }),
  choice: (field, props) => select(field, props, field.options),
  person: (field, props) => select(field, props, people(field)),
};

const people = (field) =>
  field.options.length ? field.options : [...state.people.values()].map((each) => ({ value: `<@${each.id}>`, label: each.name }));

function select(field, props, options) {
  const known = options.some((each) => each.value === field.initial);
  const all = known && !field.optional ? options : [{ value: "", label: field.optional ? "—" : "Choose …" }, ...options];
  const input = h("select", props, all.map((each) => h("option", { value: each.value }, each.label)));
  input.value = known ? field.initial : "";
  return input;
}
