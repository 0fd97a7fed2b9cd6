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

// A page that shows a fax is left at once, whatever was typed beside it.
const isKept = () => main.querySelector("form[data-typed]") !== null && byId("sheet") === null;

async function ask() {
  const { account } = document.body.dataset;
  main.hidden = true;
  const timer = setTimeout(() => dialog.close(), keptMs);
  const isBack = await askWho(dialog, signInWithPassword, async () => {
    const isSame = (await get("/session", { isRepeat: true })).account === account;
    if (!isSame) location.replace("/");
    return isSame;
  });
  clearTimeout(timer);
  if (isBack) main.hidden = false; else leaveToSignIn();
  return isBack;
}

let asking = null;
if (dialog) onSessionEnd(() => {
  if (asking === null && !isKept()) return Promise.resolve(false);
  asking ??= ask().finally(() => { asking = null; });
  return asking;
});
