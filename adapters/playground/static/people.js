// People as coloured initials; the name always stands beside them or in their label.

import { h } from "./dom.js";
import { state } from "./state.js";

export const nameOf = (id) => (id === "bmm" ? "bmm" : state.people.get(id)?.name || id);

export function avatar(id) {
  if (id === "bmm") return h("img", { class: "avatar bot", src: "/static/icon.svg", alt: "" });
  return initials(nameOf(id));
}

export function initials(name) {
  const tone = (name.codePointAt(0) || 0) % 6;
  const letters = name.split(/\s+/).map((part) => part[0] || "").slice(0, 2).join("").toUpperCase();
  return h("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, letters);
}
