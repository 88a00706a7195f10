// Draws sentences: runs of text, people, times and links.

import { h } from "./dom.js";
import { own } from "./me.js";

const DAY = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
const TIME = { hour: "2-digit", minute: "2-digit" };

export const textOf = (spans) => (spans || []).map((span) => ("at" in span ? moment(span.at, span.form) : span.text)).join("");

export const draw = (spans) => (spans || []).map(run);

export function moment(at, form = "both") {
  const date = new Date(at);
  const parts = { day: DAY, time: TIME, both: { ...DAY, ...TIME } }[form];
  return new Intl.DateTimeFormat("en-GB", parts).format(date).replace(",", "").replace(" at ", ", ");
}

export function clockTime(at) {
  return h("time", { datetime: at, title: moment(at) }, moment(at, "time"));
}

export function link(label, href, props = {}) {
  if (!href) return h("span", props, label);
  if (href.startsWith("/")) return h("a", { ...props, href: own(href) }, label);
  return h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, label);
}

function run(span) {
  let node = bare(span);
  if (span.code) node = h("code", {}, node);
  if (span.italic) node = h("em", {}, node);
  if (span.bold) node = h("strong", {}, node);
  return node;
}

function bare(span) {
  if ("at" in span) return h("time", { datetime: span.at, title: moment(span.at) }, moment(span.at, span.form));
  if ("person" in span) return h("span", { class: span.ping ? "person ping" : "person" }, (span.ping ? "@" : "") + span.text);
  if ("href" in span) return link(span.text, span.href);
  return document.createTextNode(span.text);
}
