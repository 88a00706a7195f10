// Makes elements. Text always enters the page as a text node: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4.5 12h14M12.5 5.5 19 12l-6.5 6.5",
  reply: "M20 18v-4a4 4 0 0 0-4-4H5M9.5 5.5 5 10l4.5 4.5",
  down: "M6.5 9.5 12 15l5.5-5.5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  board: "M5 5h3.5v14H5zM10.3 5h3.5v9h-3.5zM15.6 5h3.5v11.5h-3.5z",
  more: "M5.5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0M11.5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0M17.5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0",
  home: "M4.5 11 12 4.5 19.5 11M6.5 9.5V19h4v-5h3v5h4V9.5",
  plus: "M12 5.5v13M5.5 12h13",
  check: "M5.5 12.5 10 17l8.5-9.5",
};

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name === "className" ? "class" : name, value === true ? "" : String(value));
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "glyph");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const byId = (id) => document.getElementById(id);

let spoken = 0;

// Says something to a screen reader. A new paragraph each time: equal words would not be read twice.
export function announce(words) {
  const place = byId("announce");
  place.append(h("p", { id: `spoken-${(spoken += 1)}` }, words));
  while (place.children.length > 5) place.firstChild.remove();
}

let hiding;

export function toast(words) {
  const place = byId("toast");
  clearTimeout(hiding);
  place.textContent = words;
  place.hidden = false;
  hiding = setTimeout(() => (place.hidden = true), 9000);
}
