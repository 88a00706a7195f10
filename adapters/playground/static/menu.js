// A menu over the page: it outlives a redraw of the card it belongs to.

import { h, icon } from "./dom.js";
import { textOf } from "./words.js";

let close = () => {};

// `chosen` is the index of the present option; undefined for a menu of verbs.
export function openMenu(button, options, chosen, pick) {
  close();
  const items = options.map((option, index) => item(option, chosen === undefined ? null : index === chosen, () => {
    close();
    pick(option);
  }));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": button.dataset.label }, items);
  (button.closest("dialog") || document.body).append(menu); // below an open dialog nothing can be reached
  put(menu, button);
  button.setAttribute("aria-expanded", "true");
  const steps = new AbortController();
  const { signal } = steps;
  close = () => {
    close = () => {};
    steps.abort();
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    if (button.isConnected) button.focus();
  };
  menu.addEventListener("keydown", (event) => walk(event, items), { signal });
  addEventListener("pointerdown", (event) => !menu.contains(event.target) && close(), { signal, capture: true });
  addEventListener("resize", () => close(), { signal });
  addEventListener("scroll", (event) => !menu.contains(event.target) && button.isConnected && put(menu, button), { signal, capture: true });
  items[Math.max(chosen ?? 0, 0)]?.focus();
}

function item(option, isChosen, pick) {
  const props = { type: "button", tabindex: "-1", onclick: pick };
  if (isChosen === null) return h("button", { ...props, role: "menuitem", class: option.style }, h("span", {}, textOf(option.label)));
  return h(
    "button",
    { ...props, role: "menuitemradio", "aria-checked": String(isChosen) },
    h("span", { class: "tick" }, isChosen ? icon("check") : null),
    h("span", {}, textOf(option.label)),
  );
}

function put(menu, button) {
  const at = button.getBoundingClientRect();
  const below = innerHeight - at.bottom > menu.offsetHeight + 12 || at.top < menu.offsetHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : at.top - menu.offsetHeight - 4}px`;
}

function walk(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key.length === 1) {
    const letter = event.key.toLowerCase();
    const next = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    next.find((each) => each.textContent.toLowerCase().startsWith(letter))?.focus();
  }
}
