// Short words beside the page, or in the dialog while one stands over it. They are read out, and what can be done about
// them stays until it is done or sent away.

const PATIENCE = 8_000; // ms
let kind = "";
let timer;

const places = () => [...document.querySelectorAll(".said")];

// `content` is text, or what was drawn; words of one `kind` can be taken back by it, and stay until then.
export function say(content, of = "") {
  const open = document.getElementById("dialog").open;
  const place = places().find((each) => Boolean(each.closest("dialog")) === open);
  hide();
  kind = of;
  place.querySelector("[role=status]").replaceChildren(content);
  place.querySelector("[data-hide]").hidden = false;
  if (!of && !place.querySelector("[data-intent]")) timer = setTimeout(hide, PATIENCE);
}

export function hide(of) {
  if (of && of !== kind) return;
  clearTimeout(timer);
  kind = "";
  const left = document.activeElement?.closest(".said");
  for (const each of places()) {
    each.querySelector("[role=status]").replaceChildren();
    each.querySelector("[data-hide]").hidden = true;
  }
  if (left) (left.closest("dialog")?.querySelector("[data-close]") ?? document.getElementById("page")).focus();
}
