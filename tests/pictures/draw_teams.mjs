// Draws cards as pages: `node draw_teams.mjs pictures.json > pages.json`, a list of {name, payload, surface, title, to,
// width} in, an object of pages by name out. Each page renders its card by the npm package adaptivecards when it is opened;
// the frames around it are ours.

import { readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const packaged = (path) => read(`node_modules/${path}`).replaceAll("</script", "<\\/script");
const renderer = packaged("adaptivecards/dist/adaptivecards.min.js");
const markdown = packaged("markdown-it/dist/browser/markdown-it.umd.min.js");
const host = read("teams_host.json");
const style = read("teams_frame.css");

const text = (words) => words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// The head of a message or of a dialog; both have the card below.
function head(picture) {
  if (picture.surface === "modal") return `<header>${text(picture.title || "bmm")}<span>✕</span></header>`;
  const only = picture.to ? "<em>Only you can see this message</em>" : "";
  return `<div class="face">b</div><p class="head"><b>bmm</b><i>APP</i><span>10:00</span>${only}</p>`;
}

// What runs in the page. Teams reads <at> in what it took for markdown, and shows the name as a mention.
function draw(host, card) {
  if (!card.body) {
    document.getElementById("card").textContent = card.text; // words that rode on the answer to a click
    return;
  }
  const AC = window.AdaptiveCards;
  const reader = window.markdownit({ html: false, linkify: false });
  AC.AdaptiveCard.onProcessMarkdown = (words, result) => {
    const read = reader.render(words).replace(/&lt;at&gt;(.*?)&lt;\/at&gt;/g, '<span class="person">$1</span>');
    Object.assign(result, { outputHtml: read, didProcess: true });
  };
  const adaptive = new AC.AdaptiveCard();
  adaptive.hostConfig = new AC.HostConfig(host);
  adaptive.parse(card);
  const drawn = adaptive.render();
  document.getElementById("card").append(drawn);
  document.body.dataset.problems = JSON.stringify(adaptive.validateProperties().validationEvents.map((each) => each.message));
}

const pages = {};
for (const picture of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const card = JSON.stringify(picture.payload).replaceAll("<", "\\u003c");
  pages[picture.name] =
    `<!doctype html><meta charset="utf-8"><title>${text(picture.name)}</title><style>${style}</style>` +
    `<body><div id="picture" class="${picture.surface}" style="width:${picture.width || 620}px">` +
    `${head(picture)}<div id="card"></div></div>` +
    `<script>${renderer}</script><script>${markdown}</script><script>(${draw})(${host}, ${card})</script>`;
}
process.stdout.write(JSON.stringify(pages));
