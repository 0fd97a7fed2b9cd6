// SPDX-License-Identifier: Apache-2.0
import { get } from "./api.js";
import { attempt, byId, longTime, notice, plural } from "./dom.js";
import { addPasskey, hasPasskeys, passkeyWords } from "./passkey.js";

const session = await get("/session");
byId("role").textContent = document.querySelector(".me a").textContent;
byId("shown").textContent = longTime(session.authenticatedAt);
byId("inboxes").textContent = session.inboxes === null ? "All of the practice" : plural(session.inboxes.length, "inbox", "inboxes");

const add = byId("add-passkey");
add.disabled = !hasPasskeys();
add.addEventListener("click", () => attempt(add.parentElement, async () => {
  await addPasskey().catch(failure => { throw new Error(passkeyWords(failure)); });
  notice("The passkey is added. Next time, sign in with it.");
}));
