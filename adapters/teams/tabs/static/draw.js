// Puts what the server drew into the page. It escaped what people wrote; scripts and handlers in there would not run.

const FORMS = {
  time: { hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
};
FORMS.both = { ...FORMS.day, ...FORMS.time };

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const time of template.content.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.valueOf())) time.textContent = at.toLocaleString(undefined, FORMS[time.dataset.form] ?? FORMS.both);
  }
  return template.content;
}

// Lets `parent` hold what `drawn` holds. What is the same stays, with its focus; menus that are open stay open.
export function replace(parent, drawn) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const open = new Map([...parent.querySelectorAll("details[open]")].map((each) => [named(each), each.className]));
  for (const each of drawn.querySelectorAll("details")) {
    if (open.has(named(each))) [each.open, each.className] = [true, open.get(named(each))];
  }
  merge(parent, drawn);
  if (focused && !focused.isConnected) (control(parent, named(focused)) ?? parent).focus();
}

// A control is known by what it would do, everything else by what can be read.
export function named(element) {
  const menu = element.closest("details");
  const acts = (menu ?? element).querySelectorAll("[data-intent]");
  return element.dataset.intent ?? ([...acts].map((each) => each.dataset.intent).join("\n") || element.textContent);
}

export const control = (parent, name) => [...parent.querySelectorAll("button, summary, a")].find((each) => named(each) === name);

const NESTS = ["SECTION", "DIV", "UL", "LI"];

// Goes through both in order: equal ones stay, what nests alike is merged, all else is put anew. A button never becomes
// another one under somebody's finger.
function merge(parent, drawn) {
  const old = [...parent.childNodes];
  const wanted = [...drawn.childNodes];
  let next = 0;
  for (const [number, each] of wanted.entries()) {
    const same = old.findIndex((stands, at) => at >= next && stands.isEqualNode(each));
    const before = old[next];
    if (same >= 0) {
      while (next < same) old[next++].remove();
      next += 1;
    } else if (before && nestsAlike(before, each) && !wanted.slice(number).some((later) => later.isEqualNode(before))) {
      merge(before, each);
      next += 1;
    } else {
      parent.insertBefore(each, before ?? null);
    }
  }
  while (next < old.length) old[next++].remove();
}

const nestsAlike = (one, other) => NESTS.includes(one.nodeName) && one.nodeName === other.nodeName && one.className === other.className;
