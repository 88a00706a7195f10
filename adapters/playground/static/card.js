// Draws what the bot shows: blocks and their controls.

import { h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { draw, link, textOf } from "./words.js";

const LONG = 420;
const WIDE = 36;
const unfolded = new Set();

// `press(option, element)` is called with the button or option that was chosen.
export function card(drawn, id, press) {
  const isSpeech = drawn.blocks.every((each) => each.kind === "text" && each.tone !== "warning");
  const parts = drawn.blocks.map((each, index) => BLOCKS[each.kind](each, press, `${id}.${index}`));
  return h("div", { class: isSpeech ? "speech" : "card" }, parts);
}

const BLOCKS = {
  heading: (block) => h("h3", {}, draw(block.words)),
  text: (block) => h("p", { class: block.tone }, draw(block.words)),
  quote: (block, _, key) => quote(block.text, key),
  facts: (block) => h("dl", { class: "facts" }, block.rows.map(([label, value]) => fact(label, value))),
  listing,
  bars,
  controls: (block, press) => h("div", { class: "controls" }, block.items.map((each) => control(each, press))),
  divider: () => h("hr"),
};

const fact = (label, value) => h("div", { class: textOf(value).length > WIDE ? "wide" : null }, h("dt", {}, draw(label)), h("dd", {}, draw(value)));

function quote(text, key) {
  if (text.length <= LONG && text.split("\n").length <= 7) return h("blockquote", {}, text);
  const body = h("blockquote", { class: unfolded.has(key) ? "" : "folded" }, text);
  const toggle = h("button", { type: "button", class: "textual", onclick: flip });
  function label() {
    toggle.textContent = unfolded.has(key) ? "Show less" : "Show all";
    toggle.setAttribute("aria-expanded", String(unfolded.has(key)));
  }
  function flip() {
    if (!unfolded.delete(key)) unfolded.add(key);
    body.classList.toggle("folded", !unfolded.has(key));
    label();
  }
  label();
  return h("div", { class: "quoted" }, body, toggle);
}

function listing(block, press) {
  const rows = block.rows.map((row) =>
    h("li", {}, h("span", { class: "words" }, draw(row.words)), row.control && control(row.control, press)),
  );
  return h(
    "section",
    { class: "listing" },
    block.title && h("h4", {}, draw(block.title)),
    rows.length > 0 && h("ul", {}, rows),
    block.more && h("p", { class: "quiet" }, draw(block.more)),
  );
}

function bars(block) {
  return h("ul", { class: "bars" }, block.rows.map((row) => bar(row, block.total)));
}

function bar(row, total) {
  const fill = h("span", { class: "fill" });
  fill.style.width = `${total > 0 ? Math.min(100, (100 * row.count) / total) : 0}%`;
  return h(
    "li",
    { class: row.mark ? "marked" : "" },
    h("span", { class: "name" }, draw(row.label)),
    h("span", { class: "track", "aria-hidden": "true" }, fill),
    h("span", { class: "count" }, `${row.count} of ${total}`),
    row.mark && h("span", { class: "tag" }, draw(row.mark)),
  );
}

function control(item, press) {
  if (item.kind === "link" && !item.href) return h("span", { class: "quiet" }, item.label);
  if (item.kind === "link") return link(item.label, item.href, { class: "button", "data-control": item.href });
  if (item.kind === "choice") return choice(item, press);
  return h(
    "button",
    { type: "button", class: `button ${item.style}`, "data-control": item.intent, onclick: (event) => press(item, event.currentTarget) },
    draw(item.label),
  );
}

function choice(item, press) {
  const label = textOf(item.label);
  const chosen = item.chosen === null ? null : item.options[item.chosen];
  const now = chosen ? h("span", { class: "now" }, textOf(chosen.label)) : null;
  const button = h(
    "button",
    {
      type: "button", class: "button choice", "data-control": `choice ${label}`, "data-label": label,
      "aria-haspopup": "menu", "aria-expanded": "false",
      onclick: () => openMenu(button, item.options, item.chosen, (option) => press(option, button)),
    },
    h("span", { class: chosen ? "what" : "" }, label), now, icon("down"),
  );
  return button;
}
