// SPDX-License-Identifier: Apache-2.0
// The API as the pages use it: by the session's cookie, which scripts can't read. Answers are JSON or problems (RFC 9457).
import { say } from "./words.js";

const prefix = "/api/v1";

/** A request that was refused; `code` is the API's own, `detail` and `errors` what it says to do. */
export class Refused extends Error {
  constructor(status, problem) {
    super(wordsOf(problem));
    this.status = status;
    this.code = problem.code ?? "";
    this.problem = problem;
  }
}

// Fields that forms call otherwise.
const called = { url: "address" };

/** What a person reads of a problem: what each field takes, or what is wrong and what to do about it. */
export function wordsOf(problem) {
  const fields = Object.entries(problem.errors ?? {}).map(([field, faults]) => {
    const name = (called[field] ?? field).replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
    return `${name[0].toUpperCase()}${name.slice(1)} ${[faults].flat().join(", and ")}.`;
  });
  if (problem.code === "stale") return say("api.somebody-changed-it-since-you");
  if (fields.length > 0) return [problem.detail, ...fields].filter(Boolean).join("\n");
  return (problem.detail ?? problem.title ?? say("api.the-server-did-not-say")) + (problem.remedy && !problem.detail ? `. ${problem.remedy}` : "");
}

let confirmWho = async () => false;
/** Who asks people to show again who they are, when the API says confirm-first. */
export function onConfirm(ask) { confirmWho = ask; }

let signInAgain = async () => false;
/** Who lets people sign in again where they are; false if the page is to be left. */
export function onSessionEnd(ask) { signInAgain = ask; }

let connectionIs = () => {};
/** Who tells people that the server can't be reached, and when it can again. */
export function onConnection(tell) { connectionIs = tell; }

/** Sends a request; the response if it is good. Throws Refused, or TypeError if the server can't be reached. */
export async function send(method, path, { body, headers = {}, signal, isRepeat = false } = {}) {
  const isJson = body !== undefined && !(body instanceof Blob);
  let response;
  try {
    response = await fetch(prefix + path, {
      method, signal, cache: "no-store", credentials: "same-origin",
      headers: isJson ? { "Content-Type": "application/json", ...headers } : headers,
      body: isJson ? JSON.stringify(body) : body,
    });
    connectionIs(true);
  } catch (failure) {
    if (failure.name !== "AbortError") connectionIs(false);
    throw failure;
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({ title: say("api.the-server-answered", { status: String(response.status) }) }));
  if (problem.code === "not-signed-in" && document.body.hasAttribute("data-signed-in")) {
    if (!isRepeat && await signInAgain()) return send(method, path, { body, headers, signal, isRepeat: true });
    leaveToSignIn();
  }
  if (problem.code === "confirm-first" && !isRepeat && await confirmWho()) {
    return send(method, path, { body, headers, signal, isRepeat: true });
  }
  throw new Refused(response.status, problem);
}

/** The answer's JSON; null if it has none. */
export async function json(method, path, options) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

export const get = (path, options) => json("GET", path, options);
export const post = (path, body, options) => json("POST", path, { body, ...options });

/** Sends a file and tells how much of it has gone, 0 to 1: `fetch` can't. The answer's JSON; throws as `send` does. */
export function upload(path, file, { type, key, told, isRepeat = false }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", prefix + path);
    request.setRequestHeader("Content-Type", type);
    request.setRequestHeader("Idempotency-Key", key);
    request.responseType = "json";
    request.upload.addEventListener("progress", event => { if (event.lengthComputable) told(event.loaded / event.total); });
    request.addEventListener("load", async () => {
      connectionIs(true);
      if (request.status < 300) { resolve(request.response); return; }
      const problem = request.response ?? { title: say("api.the-server-answered", { status: String(request.status) }) };
      if (problem.code === "not-signed-in") {
        if (!isRepeat && await signInAgain()) { resolve(upload(path, file, { type, key, told, isRepeat: true })); return; }
        leaveToSignIn();
      }
      reject(new Refused(request.status, problem));
    });
    request.addEventListener("error", () => { connectionIs(false); reject(new TypeError("not reached")); });
    request.send(file);
  });
}

/** A path with those parameters that have a value. */
export function withQuery(path, parameters) {
  const some = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return some.length === 0 ? path : `${path}?${new URLSearchParams(some)}`;
}

let isLeaving = false;
/**
 * Goes to the sign-in page, and comes back from there. Nothing of anybody stays on the screen behind it. Once: each request that
 * is refused meanwhile would break off the leaving that is under way and begin it anew.
 */
export function leaveToSignIn() {
  if (isLeaving) return;
  isLeaving = true;
  document.getElementById("main")?.replaceChildren();
  location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Whether an event is of a fax that goes out. */
export const isOfSending = type => /^fax\.(submitted|resubmitted|sent|sending-.+|receipt-issued)$/.test(type);

/**
 * Follows the server's events; `heard` gets each as an object. After a lost connection the browser goes on behind the last one that it heard,
 * and `again` says that something may have been missed.
 */
export function follow(heard, again = () => {}) {
  const source = new EventSource(`${prefix}/events`);
  let wasOpen = false;
  source.addEventListener("open", () => {
    connectionIs(true);
    if (wasOpen) again();
    wasOpen = true;
  });
  source.addEventListener("error", async () => {
    if (source.readyState !== EventSource.CLOSED) { connectionIs(false); return; }
    // The server ended it for good: the session is over, or it is restarting.
    await new Promise(resolve => setTimeout(resolve, 2000));
    try { await get("/session"); follow(heard, again); again(); } catch { /* said by send */ }
  });
  const hear = told => heard(JSON.parse(told.data));
  // Server-sent events have to be named one by one.
  for (const name of document.body.dataset.events.split(" ")) source.addEventListener(name, hear);
  addEventListener("pagehide", () => source.close());
  return source;
}
