// SPDX-License-Identifier: Apache-2.0
// A session that ends while somebody types: nothing of the page is seen any more, and it goes on where it was for the same person.
import { get, leaveToSignIn, onSessionEnd } from "./api.js";
import { byId } from "./dom.js";
import { signInWithPassword } from "./password.js";
import { askWho } from "./who.js";

// Our choice: who was called away for longer begins anew, and nothing waits for whoever comes by.
const keptMs = 10 * 60 * 1000;

const main = byId("main");
const dialog = byId("sign-in-again");

function note(event) {
  const form = event.target.closest?.("form");
  if (form && form.getAttribute("role") !== "search") form.setAttribute("data-typed", "");
}
for (const kind of ["input", "change", "drop"]) main.addEventListener(kind, note);

let holder = null;
/**
 * What a page that shows a fax does when the session ends: `isTyped` says whether something was typed beside it, `blank` takes the fax away, and
 * `restore` fetches it anew for who is back.
 */
export function atSessionEnd(page) { holder = page; }

// A page that shows a fax and can't take it away is left at once, whatever was typed beside it.
const isKept = () => holder?.isTyped() ?? (main.querySelector("form[data-typed]") !== null && byId("sheet") === null);

async function ask() {
  const { account } = document.body.dataset;
  main.hidden = true;
  holder?.blank();
  const timer = setTimeout(() => dialog.close(), keptMs);
  const isBack = await askWho(dialog, signInWithPassword, async () => {
    const isSame = (await get("/session", { isRepeat: true })).account === account;
    if (!isSame) location.replace("/");
    return isSame;
  });
  clearTimeout(timer);
  if (isBack) { main.hidden = false; holder?.restore(); } else leaveToSignIn();
  return isBack;
}

let asking = null;
if (dialog) onSessionEnd(() => {
  if (asking === null && !isKept()) return Promise.resolve(false);
  asking ??= ask().finally(() => { asking = null; });
  return asking;
});
