// The REST API: one function per verb, problems as errors, a session kept in memory only.

import { spoken } from "./i18n.js";
import { connectionFound, connectionLost } from "./online.js";
import { initData } from "./tg.js";

const ROOT = "/api/v1/";
const PATIENCE_MS = 20_000;
// A read that got no answer is sent again: on a poor network the second one often comes through.
const AGAIN_MS = [400, 1200];
const PASSING = new Set([0, 502, 503, 504]);

/** A refusal: `code` for the program, `message` for the person, `facts` with what it is about. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || "");
    this.status = status;
    this.code = body.code ?? "";
    this.facts = body.facts ?? {};
    this.fields = Object.fromEntries((body.errors ?? []).map((error) => [error.field, error.detail]));
  }

  /** Whether the request never got a definite answer: the same one may be sent again. */
  get isUndecided() {
    return this.status === 0 || this.status >= 500 || this.code === "idempotency_key_in_use";
  }
}

let tokens = null;
let renewing = null;

/** Exchange what Telegram signed for a session and return the person; null for a guest. */
export async function signIn() {
  if (!initData) return null;
  tokens = await send("POST", "auth/telegram/", { body: { init_data: initData }, bare: true });
  return tokens.user;
}

/** End every session of the person's, on every device; this one begins anew if Telegram's word is fresh. */
export async function signOutEverywhere() {
  await send("POST", "auth/logout/", { body: { everywhere: true } });
  tokens = null;
}

/** Read something that everybody may see. */
export const read = (path, query = {}, { signal } = {}) => again(() => send("GET", withQuery(path, query), { signal, bare: true }));

/** Ask for something of the person's own. */
export const get = (path, query = {}) => again(() => send("GET", withQuery(path, query)));

/** The same, once: for what is asked for again anyway. */
export const glance = (path) => send("GET", path);

/** Send a body with POST, PATCH or PUT, or ask for DELETE. */
export const post = (path, body = {}, headers = {}) => send("POST", path, { body, headers });
export const patch = (path, body) => send("PATCH", path, { body });
export const put = (path, body) => send("PUT", path, { body });
export const remove = (path) => send("DELETE", path);

async function again(ask) {
  for (const pause of AGAIN_MS) {
    try {
      return await ask();
    } catch (error) {
      if (!PASSING.has(error.status)) throw error;
    }
    await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
  return ask();
}

async function send(method, path, { body, headers = {}, signal, bare = false } = {}) {
  const answer = await request(method, path, { body, headers, signal, bare });
  if (answer.status !== 401 || bare || !tokens) return opened(answer);
  await renew();
  return opened(await request(method, path, { body, headers, signal, bare }));
}

async function request(method, path, { body, headers, signal, bare }) {
  const all = { Accept: "application/json", "Accept-Language": spoken(), ...headers };
  if (body) all["Content-Type"] = "application/json";
  if (tokens && !bare) all.Authorization = `Bearer ${tokens.access}`;
  const hand = new AbortController();
  const patience = setTimeout(() => hand.abort(), PATIENCE_MS);
  const stop = () => hand.abort();
  signal?.addEventListener("abort", stop);
  try {
    const answer = await fetch(ROOT + path, { method, headers: all, body: body && JSON.stringify(body), signal: hand.signal });
    connectionFound();
    return answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    connectionLost();
    throw new Problem(0, { code: "offline" });
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener("abort", stop);
  }
}

async function opened(answer) {
  if (answer.status === 204) return null;
  let body;
  try {
    body = await answer.json();
  } catch {
    // The connection broke off in the middle of the answer.
    if (answer.ok) throw new Problem(0, { code: "offline" });
    body = {};
  }
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}

// A refresh token works once, so that calls which fail together must share one renewal.
function renew() {
  renewing ??= renewed().finally(() => { renewing = null; });
  return renewing;
}

async function renewed() {
  try {
    tokens = await send("POST", "auth/token/refresh/", { body: { refresh: tokens.refresh }, bare: true });
  } catch (error) {
    if (error.status !== 401) throw error;
    tokens = null;
    await signIn();
  }
}

// A list stands for the same name several times.
function withQuery(path, query) {
  const given = Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
    .filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
