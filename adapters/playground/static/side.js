// The channels, the talk with bmm, the board, and who one is.

import { byId, h, icon } from "./dom.js";
import { own } from "./me.js";
import { avatar, nameOf } from "./people.js";
import { state, unread } from "./state.js";

// Redrawn, it keeps the focus where it was.
export function drawSide(go, become, use) {
  const focused = document.activeElement?.dataset.at;
  draw(go, become, use);
  if (focused) byId("side").querySelector(`[data-at="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function draw(go, become, use) {
  const channels = [...state.channels.values()];
  byId("rooms").replaceChildren(
    part("Channels", channels.filter((each) => each.kind === "channel"), go),
    part("Just you and bmm", channels.filter((each) => each.kind !== "channel"), go),
    h(
      "section",
      {},
      h("a", { class: "room", "data-at": "board", href: own(`/board?board=${state.channel}`) }, h("span", { class: "sign" }, icon("board")), "Board"),
      state.shortcuts.filter((each) => each.on === "anywhere").map((each) => shortcut(each, use)),
    ),
  );
  byId("who").replaceChildren(
    h("p", { class: "am", id: "am" }, "You are ", h("b", {}, nameOf(state.me))),
    h("ul", { class: "people", "aria-labelledby": "am" }, [...state.people.keys()].map((id) => person(id, become))),
    h("p", { class: "quiet" }, "Switch with a click. Open one in a new window to be two people at once."),
  );
}

function part(title, channels, go) {
  return h("section", {}, h("h2", {}, title), h("ul", {}, channels.map((each) => h("li", {}, room(each, go)))));
}

function shortcut(each, use) {
  const props = { type: "button", class: "room", title: each.help, "data-at": each.name };
  return h("button", { ...props, onclick: () => use(each) }, h("span", { class: "sign" }, icon("plus")), each.label);
}

function room(channel, go) {
  const isHere = channel.id === state.channel;
  const fresh = isHere && !document.hidden ? 0 : unread(channel.id);
  const sign = { personal: () => avatar("bmm"), home: () => icon("home"), channel: () => "#" }[channel.kind]();
  return h(
    "a",
    {
      class: fresh ? "room fresh" : "room", "data-at": channel.id, href: own(`/?channel=${channel.id}`),
      "aria-current": isHere ? "page" : null, onclick: (event) => plain(event) && go(channel.id),
    },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    channel.name,
    fresh > 0 && h("span", { class: "count" }, `${fresh}`, h("span", { class: "unseen" }, " new")),
  );
}

function person(id, become) {
  const url = new URL(own("/"), location.origin);
  url.searchParams.set("as", id);
  const props = {
    href: url.pathname + url.search, "data-at": `be ${id}`, title: nameOf(id), "aria-label": `Be ${nameOf(id)}`,
    "aria-current": id === state.me ? "true" : null, onclick: (event) => plain(event) && become(id),
  };
  return h("li", {}, h("a", props, avatar(id)));
}

// A click with a modifier is the browser's own: a new tab or window.
export function plain(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return false;
  event.preventDefault();
  return true;
}
