// What people do on a tab: buttons, menus, links and forms, and what comes back.

import { ask, close, confirmed, show } from "./dialog.js";
import { fragment } from "./draw.js";
import { post, told } from "./net.js";
import { hide, say } from "./said.js";

let where = () => ({});
let refresh = () => {};

// `place()` says where we are, beside the page's name; `again` draws the page anew.
export function onScreen(page, place, again) {
  where = () => ({ page, ...place() });
  refresh = again;
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", typed);
  document.addEventListener("toggle", toggled, true);
}

function clicked(event) {
  const at = (selector) => event.target.closest?.(selector);
  for (const menu of document.querySelectorAll("details.menu[open]")) if (at("details.menu") !== menu) menu.open = false;
  if (at("[data-intent]")) press(at("[data-intent]"));
  else if (at("[data-close]")) close();
  else if (at("[data-hide]")) hide();
  else if (at("a[href^='https://teams.microsoft.com/l/']")) leap(event, at("a").href);
}

async function press(button) {
  const menu = button.closest("details.menu");
  const shown = menu ? menu.querySelector("summary") : button;
  if (shown.getAttribute("aria-busy")) return;
  if (menu) menu.open = false;
  shown.focus();
  if (button.dataset.confirm && !(await confirmed(button.dataset.confirm, button.textContent))) return;
  shown.setAttribute("aria-busy", "true");
  try {
    await take(await post("api/press", { ...where(), intent: button.dataset.intent }));
  } catch (error) {
    say(told(error));
  }
  shown.removeAttribute("aria-busy");
}

async function take(answer) {
  if (answer.form) {
    ask(answer.title, answer.form, (values) => submit(answer.intent, values));
    return;
  }
  if (answer.notice && !answer.short) {
    hide();
    show(answer.title, answer.notice);
  } else {
    close();
    if (answer.notice) say(fragment(answer.notice));
    else hide();
  }
  await refresh();
}

async function submit(intent, values) {
  const answer = await post("api/submit", { ...where(), intent, values });
  if (answer.errors) return answer.errors;
  await take(answer);
  return {};
}

// Teams opens what lies in Teams itself, without another window.
function leap(event, address) {
  event.preventDefault();
  microsoftTeams.app.openLink(address).catch(() => open(address, "_blank", "noopener"));
}

// --- menus, with the keyboard as well

function typed(event) {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  const summary = menu.querySelector("summary");
  const options = [summary, ...menu.querySelectorAll("button")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    summary.focus();
  } else if (step) {
    menu.open = true;
    options[(options.indexOf(document.activeElement) + step + options.length) % options.length].focus();
  } else {
    return;
  }
  event.preventDefault(); // a dialog around it stays open, and the page where it is
}

// A menu opens to the side where there is room.
function toggled({ target: menu }) {
  if (!menu.matches?.("details.menu") || !menu.open) return;
  menu.classList.remove("flip");
  const options = menu.querySelector("[role=group]");
  const box = options.getBoundingClientRect();
  menu.classList.toggle("flip", box.right > innerWidth - 8 || box.left < 8);
  options.scrollIntoView({ block: "nearest" });
}
