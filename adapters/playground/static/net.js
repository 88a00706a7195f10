// Talks with the server: requests, and the live line that comes back by itself.

import { me } from "./me.js";

export const WINDOW = nonce();

export function nonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (each) => each.toString(16).padStart(2, "0")).join("");
}

export async function get(path, query = {}) {
  const response = await fetch(`/api/${path}?${new URLSearchParams({ as: me(), ...query })}`);
  return read(response);
}

export async function post(path, body) {
  const whole = JSON.stringify({ as: me(), window: WINDOW, nonce: nonce(), ...body });
  const headers = { "Content-Type": "application/json" };
  let response;
  try {
    response = await fetch(`/api/${path}`, { method: "POST", headers, body: whole });
  } catch {
    throw new Error("The playground does not answer. Your words are still here: try again in a moment.");
  }
  return read(response);
}

async function read(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error || `Something went wrong here (${response.status}). Try again.`);
  return data;
}

// Keeps a live line open. `fresh` is awaited at each (re)connection, and what comes meanwhile is heard after it.
export function live({ fresh, hear, status }) {
  let socket;
  let wait = 500;
  let ended = false;
  let timer;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const query = new URLSearchParams({ as: me(), window: WINDOW });
    const mine = (socket = new WebSocket(`${scheme}://${location.host}/api/live?${query}`));
    let early = [];
    mine.onmessage = ({ data }) => (early ? early.push(data) : hear(JSON.parse(data)));
    mine.onclose = () => mine === socket && again();
    mine.onopen = async () => {
      try {
        await fresh();
      } catch {
        return mine.close();
      }
      if (mine !== socket) return;
      early.forEach((data) => hear(JSON.parse(data)));
      early = null;
      wait = 500;
      status(true);
    };
  }

  function again() {
    if (ended) return;
    status(false);
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, 8000);
  }

  function now() {
    if (ended || document.hidden || socket.readyState < 2) return;
    clearTimeout(timer);
    open();
  }

  addEventListener("online", now);
  document.addEventListener("visibilitychange", now);
  open();
  return () => {
    ended = true;
    const old = socket;
    socket = null;
    clearTimeout(timer);
    removeEventListener("online", now);
    document.removeEventListener("visibilitychange", now);
    old.close();
  };
}
