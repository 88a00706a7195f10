// What an empty place says: what can be tried, one click away.

import { h } from "./dom.js";
import { avatar } from "./people.js";
import { state } from "./state.js";

const TRY = {
  channel: [
    ["Ask for something", "@bmm the badge printer jams, fix by Friday"],
    ["See what is there", "/bmm board"],
    ["Ask the room", "/bmm vote Where do we eat on Thursday?"],
    ["Hear what else it does", "/bmm help"],
  ],
  personal: [
    ["Ask for something", "the projector in room 4 shows only green, before Monday"],
    ["See what is there", "/bmm board"],
    ["Hear what else it does", "help"],
  ],
};

const WORDS = {
  channel: ["Nothing was said here yet", "Write to the team, or ask bmm. It catches what people ask for, and keeps it."],
  personal: ["A talk with bmm alone", "Nobody else sees it, and no mention is needed. Here is what you may try."],
};

export function emptyPlace(channel, put) {
  const [title, words] = WORDS[channel.kind];
  const ideas = TRY[channel.kind].filter(([, text]) => known(text));
  return h(
    "section",
    { class: "empty" },
    avatar("bmm"),
    h("h2", {}, title),
    h("p", {}, words),
    h("ul", {}, ideas.map(([what, text]) => h("li", {}, h("button", { type: "button", class: "idea", onclick: () => put(text) }, h("span", {}, what), h("code", {}, text))))),
  );
}

const known = (text) => !text.startsWith("/bmm ") || state.commands.some((each) => text.startsWith(`/bmm ${each.usage.split(" ")[0]}`));
