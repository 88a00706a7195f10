// The one dialog over the page, for forms and for what is said at length, and the question before what cannot be undone.

import { control, fragment, named } from "./draw.js";
import { told } from "./net.js";

const page = document.getElementById("page");
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const sure = document.getElementById("sure");
let opener = ""; // the control that has the focus again when it closes

export const close = () => dialog.open && dialog.close();

export function show(title, html, isForm = false) {
  document.getElementById("dialog-title").textContent = title;
  dialog.querySelector(".only").hidden = isForm;
  body.replaceChildren(fragment(html));
  body.scrollTop = 0;
  if (!dialog.open) {
    opener = page.contains(document.activeElement) ? named(document.activeElement) : "";
    dialog.showModal();
  }
  (body.querySelector("input, textarea, select") ?? dialog.querySelector("[data-close]")).focus();
}

// Shows a form; `submit(values)` returns what is wrong, by field, or nothing.
export function ask(title, html, submit) {
  show(title, html, true);
  const form = body.querySelector("form");
  const send = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-busy")) return;
    send.setAttribute("aria-busy", "true");
    tell(form, {});
    try {
      tell(form, (await submit(Object.fromEntries(new FormData(form)))) ?? {});
    } catch (error) {
      tell(form, { "": told(error) });
    }
    send.removeAttribute("aria-busy");
  });
}

function tell(form, errors) {
  const fields = [...form.elements].filter((each) => each.name);
  const strange = Object.keys(errors).filter((name) => !fields.some((each) => each.name === name));
  write(form.querySelector(".fields > .wrong"), strange.map((name) => errors[name]).join(" "));
  for (const each of fields) {
    each.setAttribute("aria-invalid", String(each.name in errors));
    write(form.querySelector(`#${CSS.escape(each.id)}-wrong`), errors[each.name] ?? "");
  }
  fields.find((each) => each.name in errors)?.focus();
}

function write(line, text) {
  line.textContent = text;
  line.hidden = !text;
}

// Resolves to whether it was confirmed.
export function confirmed(question, verb) {
  sure.querySelector(".fields p").textContent = question;
  sure.querySelector(".danger").textContent = verb;
  sure.returnValue = "";
  sure.showModal();
  sure.querySelector(".plain").focus();
  return new Promise((resolve) => sure.addEventListener("close", () => resolve(sure.returnValue === "yes"), { once: true }));
}

dialog?.addEventListener("close", () => {
  body.replaceChildren();
  if (page.contains(document.activeElement)) return;
  (control(page, opener) ?? page).focus();
});
