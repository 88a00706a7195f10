// The board: lanes as columns, items as cards, live.

import { announce, byId, h } from "./dom.js";
import { me, own } from "./me.js";
import { get, live } from "./net.js";
import { initials } from "./people.js";
import { link, moment } from "./words.js";

const EVERY = 30_000;
const PATIENCE = 300;
const COUNTED = 1000;
let chosen = new URLSearchParams(location.search).get("board") || "";
let last = "";

async function fresh() {
  const data = await get("board", { board: chosen });
  const sign = JSON.stringify(data);
  if (sign === last) return;
  if (last) announce("The board changed.");
  last = sign;
  draw(data);
}

function draw(data) {
  document.title = data.board ? `${data.board.name} · board` : "Board · bmm playground";
  byId("title").textContent = data.board ? `Board: ${data.board.name}` : "Board";
  byId("boards").replaceChildren(...(data.boards.length > 1 ? data.boards.map((each) => tab(each, data.board)) : []));
  byId("lanes").replaceChildren(...(data.board ? data.lanes.map(lane) : [noBoard()]));
  byId("aside").textContent = data.aside.length
    ? `Beside the board: ${data.aside.map((each) => `${each.name} ${each.count}`).join(", ")}`
    : "";
  byId("aside").hidden = !data.aside.length;
  byId("back").href = own(data.board ? `/?channel=${data.board.channel}` : "/");
}

function tab(board, now) {
  return h("a", { href: own(`/board?board=${board.id}`), "aria-current": board.id === now.id ? "page" : null }, board.name);
}

function noBoard() {
  return h("section", { class: "empty" }, h("h2", {}, "There is no board yet"), h("p", {}, "The first ask in a channel makes one. Go back and write: @bmm the badge printer jams, fix by Friday"));
}

function lane(each) {
  const count = each.count < COUNTED ? String(each.count) : `${COUNTED}+`;
  const name = h("h2", {}, each.name, h("span", { class: "count" }, count));
  const folded = each.count - each.items.length;
  return h(
    "section",
    { class: each.items.length ? "lane" : "lane bare", "aria-label": `${each.name}, ${count}`, "data-lane": each.name },
    name,
    each.items.length ? h("ul", {}, each.items.map(item)) : h("p", { class: "none" }, "Nothing here"),
    folded > 0 && h("p", { class: "none" }, `and ${folded} more`),
  );
}

function item(each) {
  const late = each.due && each.due < new Date().toISOString().slice(0, 10);
  const chips = [
    each.priority && each.priority !== "None" && h("span", { class: `chip ${each.priority.toLowerCase()}` }, each.confirmed ? each.priority : `${each.priority}, proposed`),
    each.due && h("span", { class: late ? "chip late" : "chip" }, `${late ? "overdue" : "due"} ${moment(`${each.due}T12:00`, "day").replace(/ \d{4}$/, "")}`),
    each.estimate && h("span", { class: "chip" }, `estimate ${each.estimate}`),
    each.kind && h("span", { class: "chip" }, each.kind),
  ].filter(Boolean);
  return h(
    "li",
    { class: "item" },
    h("div", { class: "top" }, h("span", { class: "key" }, link(each.key, each.href)), each.owner && owner(each.owner)),
    h("p", { class: "what" }, each.title),
    each.blocked && h("p", { class: "blocked" }, h("b", {}, "Blocked: "), each.blocked),
    chips.length > 0 && h("div", { class: "chips" }, chips),
    each.missing.length > 0 && h("p", { class: "missing" }, `Still to say: ${each.missing.join(", ")}`),
  );
}

function owner(name) {
  return h("span", { class: "owner", title: `Owner: ${name}` }, initials(name), h("span", { class: "unseen" }, `Owner: ${name}`));
}

let soon;

function later() {
  clearTimeout(soon);
  soon = setTimeout(() => fresh().catch(() => {}), PATIENCE);
}

byId("back").href = own("/");
if (!new URLSearchParams(location.search).has("as")) history.replaceState(null, "", own(`/board${location.search}`) || `/board?as=${me()}`);
live({ fresh, hear: later, status: (isLive) => (byId("line").textContent = isLive ? "" : "Reconnecting …") });
setInterval(() => !document.hidden && later(), EVERY);
