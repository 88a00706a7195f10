// Who this window is, and links that keep it.

const NAME = "bmm.as";

export function me() {
  return new URLSearchParams(location.search).get("as") || localStorage.getItem(NAME) || "ada";
}

export function remember(user) {
  localStorage.setItem(NAME, user);
}

// A link within the playground, for the same person.
export function own(href) {
  const url = new URL(href, location.origin);
  if (url.origin !== location.origin) return href;
  url.searchParams.set("as", me());
  return url.pathname + url.search + url.hash;
}
