// Draws pictures as HTML: `node draw.mjs pictures.json > pages.json`, a list of {name, payload, surface, to, people}
// in, an object of pages by name out. Messages go through slack-blocks-to-jsx; the frames around them are ours.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createElement as h } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const style = readFileSync(createRequire(import.meta.url).resolve("slack-blocks-to-jsx/dist/style.css"), "utf8");
const own = readFileSync(new URL("frame.css", import.meta.url), "utf8");

// What the package reads in another way than Slack: to Slack `verbatim` only means that it looks for no links of its own,
// and a date is shown in the reader's zone, for which its fallback stands in.
function read(thing) {
  if (Array.isArray(thing)) return thing.map(read);
  if (thing === null || typeof thing !== "object") return thing;
  if (thing.type === "date") return { type: "text", text: thing.fallback, style: thing.style };
  const { verbatim, ...rest } = thing;
  if (rest.type === "mrkdwn") return { ...rest, text: rest.text.replace(/<!date\^[^|>]*\|([^>]*)>/g, "$1") };
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, read(value)]));
}

const hooks = { user: (user) => h("span", { className: "person" }, "@", user.name) };

function blocks(picture, some = picture.payload.blocks) {
  const users = Object.entries(picture.people).map(([id, name]) => ({ id, name }));
  return h(Message, {
    blocks: read(some),
    name: "bmm",
    logo: "",
    time: new Date(0),
    data: { users, channels: [], user_groups: [] },
    hooks,
    withoutWrapper: true,
  });
}

function message(picture) {
  const only = picture.to ? h("p", { className: "only" }, "Only visible to you") : null;
  return h(
    "div",
    { className: "message" },
    h("div", { className: "face" }, "b"),
    h(
      "div",
      { className: "said" },
      only,
      h("p", { className: "head" }, h("b", null, "bmm"), h("i", null, "APP"), h("span", null, "10:00")),
      picture.payload.blocks?.length ? blocks(picture) : h("p", null, picture.payload.text),
    ),
  );
}

// An input as Slack shows it: the package knows no single lines and shows no chosen option.
function input(block, people) {
  const { element, label, hint, optional } = block;
  const value =
    element.initial_value ?? element.initial_date ?? element.initial_option?.text.text ??
    people[element.initial_user];
  const kind = element.type === "plain_text_input" && element.multiline ? "lines" : element.type;
  return h(
    "div",
    { className: "input" },
    h("label", null, label.text, optional ? h("small", null, " (optional)") : null),
    element.options && element.type === "radio_buttons"
      ? element.options.map((each) => h("p", { key: each.value }, "◯ ", each.text.text))
      : h("div", { className: `field ${kind}` }, value || h("i", null, element.placeholder?.text ?? "\u00a0")),
    hint ? h("small", null, hint.text) : null,
  );
}

function inside(picture) {
  return picture.payload.blocks.map((block, at) =>
    h("div", { key: at }, block.type === "input" ? input(block, picture.people) : blocks(picture, [block])),
  );
}

function modal(picture) {
  const { title, submit, close } = picture.payload;
  const end = h(
    "footer",
    null,
    close ? h("button", null, close.text) : null,
    submit ? h("button", { className: "submit" }, submit.text) : null,
  );
  return h("div", { className: "modal" }, h("header", null, title.text), h("main", null, inside(picture)), end);
}

function home(picture) {
  return h("div", { className: "home" }, h("nav", null, h("b", null, "Home"), h("span", null, "Messages"), h("span", null, "About")), blocks(picture));
}

const frames = { message, modal, home };
const pages = {};
for (const picture of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const drawn = renderToStaticMarkup(frames[picture.surface](picture));
  pages[picture.name] =
    `<!doctype html><meta charset="utf-8"><title>${picture.name}</title><style>${style}${own}</style>` +
    `<body class="${picture.surface}-page"><div id="picture">${drawn}</div>`;
}
process.stdout.write(JSON.stringify(pages));
