// A tab: asks Teams who looks and at what, draws what the server says stands here, and keeps it as it is now.

import { onScreen } from "./acts.js";
import { fragment, replace } from "./draw.js";
import { Trouble, get } from "./net.js";
import { hide, say } from "./said.js";

const EVERY = 20_000; // ms between two looks while the page is seen
const PATIENCE = 15_000; // ms for Teams to answer at all
const page = document.body.dataset.page;
const main = document.getElementById("page");
let place = null; // what of the address of our questions says where we are
let asked = 0;
let drawn = 0;

const OUTSIDE = new Trouble(
  "This page belongs in Microsoft Teams.",
  "It shows what bmm keeps for you, and only Teams can say who you are.",
  "Open Teams, and bmm in it.",
);

function themed(theme) {
  document.documentElement.dataset.theme = ["dark", "contrast"].includes(theme) ? theme : "default";
}

async function begun() {
  const { app } = window.microsoftTeams ?? {};
  if (!app) throw new Trouble("Microsoft's library for Teams did not load.", "Its server may be away, or the network keep it out.", "Try again in a moment.");
  await inTime(app.initialize()).catch(() => {
    throw OUTSIDE;
  });
  app.registerOnThemeChangeHandler(themed);
  const context = await inTime(app.getContext());
  themed(context.app?.theme);
  return context;
}

function inTime(promise) {
  let timer;
  const late = new Promise((_, refuse) => (timer = setTimeout(refuse, PATIENCE, new Error("Teams does not answer"))));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function start() {
  try {
    const context = await begun();
    if (page === "configure") return configure();
    place = located(context);
    await look();
  } catch (error) {
    failed(error);
  }
  if (page !== "configure" && window.microsoftTeams) await microsoftTeams.app.notifySuccess?.()?.catch?.(() => {});
}

function located(context) {
  if (page === "home") return {};
  const channel = context.channel?.id || context.chat?.id;
  if (!channel) throw new Trouble("There is no channel here.", "The board is that of a channel or a group chat.", "Open the channel, press + beside its tabs, and add bmm.");
  return { channel };
}

// Asks what stands here now, and draws what of it is new. An answer that was overtaken by a later one is left alone.
async function look() {
  const mine = ++asked;
  const first = page === "home" && !main.dataset.drawn; // then the server makes us known
  const answer = await get(`api/${page}`, first ? { opened: "1" } : place);
  if (mine < drawn) return;
  drawn = mine;
  replace(main, fragment(answer.html));
  document.title = answer.title;
  main.removeAttribute("aria-busy");
  main.dataset.drawn = "1";
}

async function refresh() {
  if (!place || document.visibilityState !== "visible") return;
  try {
    await look();
    hide("stale");
  } catch (error) {
    if (!main.dataset.drawn) return; // what went wrong stands there already
    if ([401, 403].includes(error.status)) failed(error);
    else say("This page may not be up to date: bmm does not answer just now.", "stale");
  }
}

function failed(error) {
  const trouble = error instanceof Trouble ? error : new Trouble("This page could not be drawn.", error.message, "Try again.");
  const element = document.getElementById("trouble")?.content.cloneNode(true);
  if (!element) return void (document.getElementById("configure").textContent = `${trouble.what} ${trouble.why}`);
  const [what, why, todo] = element.querySelectorAll("h1, p");
  [what.textContent, why.textContent, todo.textContent] = [trouble.what, trouble.why, trouble.todo];
  element.querySelector("[data-again]").hidden = trouble === OUTSIDE;
  main.replaceChildren(element);
  main.removeAttribute("aria-busy");
  delete main.dataset.drawn;
}

// Teams enables its own Save as soon as we say that there is nothing more to choose.
function configure() {
  const { config } = microsoftTeams.pages;
  config.registerOnSaveHandler(async (saving) => {
    const url = new URL("board", location.href).href;
    await config.setConfig({ entityId: "board", suggestedDisplayName: "Board", contentUrl: `${url}?theme={theme}`, websiteUrl: url });
    saving.notifySuccess();
  });
  config.setValidityState(true);
  microsoftTeams.app.notifySuccess?.();
}

main?.addEventListener("click", async (event) => {
  const again = event.target.closest("[data-again]");
  if (!again || again.getAttribute("aria-busy")) return;
  again.setAttribute("aria-busy", "true");
  await start();
  again.removeAttribute("aria-busy");
});

if (main) {
  onScreen(page, () => place, refresh);
  addEventListener("focus", refresh);
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, EVERY);
}
start();
