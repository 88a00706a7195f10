// Completion in the message box: people after `@`, commands after `/`.

import { h } from "./dom.js";
import { avatar } from "./people.js";
import { state } from "./state.js";

let count = 0;

export function completion(box, holder, changed) {
  const id = `complete-${(count += 1)}`;
  const list = h("ul", { class: "complete", id, role: "listbox", "aria-label": "Suggestions", hidden: true });
  holder.prepend(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
  let found = [];
  let at = 0;

  function look() {
    const before = box.value.slice(0, box.selectionStart);
    found = commands(before) || people(before) || [];
    at = 0;
    draw();
  }

  function draw() {
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(found.length > 0));
    list.replaceChildren(...found.map((each, index) => row(each, index)));
    if (found.length) box.setAttribute("aria-activedescendant", `${id}-${at}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function row(each, index) {
    const take = (event) => {
      event.preventDefault();
      accept(index);
    };
    return h("li", { id: `${id}-${index}`, role: "option", "aria-selected": String(index === at), onpointerdown: take }, each.draw());
  }

  function accept(index) {
    const { from, text } = found[index];
    const rest = box.value.slice(box.selectionStart);
    box.value = box.value.slice(0, from) + text + rest;
    box.selectionStart = box.selectionEnd = from + text.length;
    hide();
    box.focus();
    changed();
  }

  function hide() {
    found = [];
    draw();
  }

  // True where the key was for the completion.
  function key(event) {
    if (!found.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + found.length) % found.length;
      draw();
    } else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") accept(at);
    else if (event.key === "Escape") hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  box.addEventListener("blur", hide);
  return { look, hide, key };
}

function people(before) {
  const match = /(?<![\w@])@([\p{L}]*(?: [\p{L}]*)?)$/u.exec(before);
  if (!match) return null;
  const part = match[1].toLowerCase();
  const all = [{ id: "bmm", name: "bmm", about: "the bot" }, ...state.people.values()];
  const from = before.length - match[0].length;
  return all
    .filter((each) => each.name.toLowerCase() !== part && starts(each.name, part))
    .map((each) => ({
      from,
      text: `@${each.name} `,
      draw: () => [avatar(each.id), h("b", {}, each.name), h("span", { class: "help" }, each.about || "")],
    }));
}

const starts = (name, part) => {
  const low = name.toLowerCase();
  return low.startsWith(part) || low.split(" ").some((word) => word.startsWith(part));
};

function commands(before) {
  const match = /^\/([a-z]*)(?: (.*))?$/i.exec(before);
  if (!match || !"bmm".startsWith(match[1].toLowerCase())) return null;
  const part = (match[2] || "").toLowerCase();
  return state.commands
    .map((each) => ({ ...each, verb: each.usage.split(/\s*[[<…]/)[0].trim() }))
    .filter((each) => each.verb.startsWith(part) && !(each.verb === part))
    .map((each) => ({
      from: 0,
      text: `/bmm ${each.verb}${each.verb === each.usage.trim() ? "" : " "}`,
      draw: () => [h("code", {}, `/bmm ${each.usage}`), h("span", { class: "help" }, each.help)],
    }));
}
