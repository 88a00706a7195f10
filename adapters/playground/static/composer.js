// The box in which one writes. What was not sent stays in it, by place.

import { completion } from "./complete.js";
import { h, icon } from "./dom.js";
import { nonce } from "./net.js";

const drafts = new Map();

// `say(text, nonce)` sends; it throws where the words did not arrive.
export function composer(holder, say) {
  let place = "";
  let again = nonce();
  let busy = false;
  const box = h("textarea", { rows: "1", maxlength: "8000", spellcheck: "true", autocomplete: "off" });
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const frame = h("form", { class: "composer", onsubmit: submit }, box, tools(), wrong);
  holder.replaceChildren(frame);
  const complete = completion(box, frame, changed);
  box.addEventListener("input", () => {
    again = nonce(); // other words are another message, also after a failure
    changed();
    complete.look();
  });
  box.addEventListener("keydown", key);

  function tools() {
    return h(
      "div",
      { class: "tools" },
      h("button", { type: "button", class: "icon", "aria-label": "Mention somebody", title: "Mention somebody", onclick: () => insert("@") }, "@"),
      h("button", { type: "button", class: "icon", "aria-label": "Type a command", title: "Type a command", onclick: () => put("/bmm ") }, "/"),
      h("span", { class: "keys" }, "Enter sends, Shift + Enter starts a new line"),
      send,
    );
  }

  function key(event) {
    if (event.isComposing || complete.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  }

  function changed() {
    drafts.set(place, box.value);
    send.disabled = !box.value.trim();
    wrong.hidden = true;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
  }

  async function submit(event) {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text || busy) return;
    const from = place;
    busy = true;
    complete.hide();
    frame.setAttribute("aria-busy", "true");
    try {
      await say(text, again);
      again = nonce();
      if (drafts.get(from)?.trim() === text) drafts.set(from, "");
      if (place === from && box.value.trim() === text) box.value = "";
      changed();
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    } finally {
      busy = false;
      frame.removeAttribute("aria-busy");
    }
  }

  function insert(text) {
    box.focus();
    const gap = box.selectionStart && !/\s$/.test(box.value.slice(0, box.selectionStart)) ? " " : "";
    box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, "end");
    changed();
    complete.look();
  }

  function put(text) {
    box.value = text;
    box.focus();
    box.selectionStart = box.selectionEnd = text.length;
    changed();
    complete.look();
  }

  function at(where, label) {
    box.placeholder = label;
    box.setAttribute("aria-label", label);
    if (where === place) return;
    place = where;
    again = nonce();
    box.value = drafts.get(place) || "";
    complete.hide();
    changed();
  }

  changed();
  return { at, put, focus: () => box.focus({ preventScroll: true }) };
}
