// SPDX-License-Identifier: Apache-2.0
// A session that ends while somebody types: nothing of the page is seen any more, and it goes on where it was for the same person.
import { get, leaveToSignIn, onSessionEnd } from "./api.js";
import { attempt, byId } from "./dom.js";
import { hasPasskeys, passkeyWords, signInWithPasskey } from "./passkey.js";
import { signInWithPassword } from "./password.js";

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

function ask() {
  return new Promise(resolve => {
    const form = dialog.querySelector("form");
    const passkey = byId("again-passkey");
    const { account } = document.body.dataset;
    passkey.hidden = !hasPasskeys();
    form.reset();
    let isBack = false;
    main.hidden = true;
    const timer = setTimeout(() => dialog.close(), keptMs);
    const by = signIn => attempt(form, async () => {
      await signIn();
      if ((await get("/session", { isRepeat: true })).account !== account) { location.replace("/"); return; }
      isBack = true;
      dialog.close();
    });
    const submit = event => {
      event.preventDefault();
      if (event.submitter?.value === "cancel") dialog.close(); else by(() => signInWithPassword(form));
    };
    const withPasskey = () => by(() => signInWithPasskey().catch(failure => { throw new Error(passkeyWords(failure)); }));
    form.addEventListener("submit", submit);
    passkey.addEventListener("click", withPasskey);
    dialog.addEventListener("close", () => {
      clearTimeout(timer);
      form.removeEventListener("submit", submit);
      passkey.removeEventListener("click", withPasskey);
      form.reset();
      if (isBack) main.hidden = false; else leaveToSignIn();
      resolve(isBack);
    }, { once: true });
    dialog.showModal();
  });
}

let asking = null;
if (dialog) onSessionEnd(() => {
  if (asking === null && !isKept()) return Promise.resolve(false);
  asking ??= ask().finally(() => { asking = null; });
  return asking;
});
