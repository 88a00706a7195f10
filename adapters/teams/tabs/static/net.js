// What is asked of the server, as the person whom Teams vouches for.

const PATIENCE = 30_000; // ms
const FRESH = 5 * 60_000; // ms for which a token is not asked for again; Entra's last an hour
const nonces = new Map(); // of acts without an answer, by what they were: done again, they are known as the same
let held = { token: "", until: 0 };

// What happened, why, and what to do.
export class Trouble extends Error {
  constructor(what, why, todo, status = 0) {
    super(what);
    Object.assign(this, { what, why, todo, status });
  }
}

// All of it in a row.
export const told = (error) => (error instanceof Trouble ? `${error.what} ${error.why} ${error.todo}` : error.message);

export const get = (path, query) => asked(`${path}?${new URLSearchParams(query)}`, {});

export async function post(path, what) {
  const key = JSON.stringify([path, what]);
  if (!nonces.has(key)) nonces.set(key, crypto.randomUUID());
  const body = JSON.stringify({ ...what, nonce: nonces.get(key) });
  try {
    const answer = await asked(path, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    nonces.delete(key);
    return answer;
  } catch (error) {
    if (error.status >= 400 && error.status < 500) nonces.delete(key);
    throw error;
  }
}

async function asked(path, request) {
  const response = await sent(path, request, await token());
  const answer = response.status === 401 ? await sent(path, request, await token(true)) : response;
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return body;
  const { what, why, do: todo } = body?.error ?? {};
  throw new Trouble(what ?? "bmm did not answer as it should.", why ?? `It said ${answer.status}.`, todo ?? "Try again in a moment.", answer.status);
}

async function sent(path, request, bearer) {
  const headers = { ...request.headers, Authorization: `Bearer ${bearer}` };
  try {
    return await fetch(path, { ...request, headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Trouble("bmm does not answer.", "It may be starting anew, or the network be away.", "Nothing is lost here: try again in a moment.");
  }
}

async function token(anew = false) {
  if (!anew && held.token && Date.now() < held.until) return held.token;
  try {
    held = { token: await microsoftTeams.authentication.getAuthToken(), until: Date.now() + FRESH };
    return held.token;
  } catch (error) {
    const said = error?.message ?? String(error ?? "no reason given");
    throw new Trouble(`Teams did not say who you are: ${said}`, "bmm shows each person only what is for them.", "Try again. If it stays so, an administrator has to allow the app to sign you in.", 401);
  }
}
