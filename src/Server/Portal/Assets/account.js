// SPDX-License-Identifier: Apache-2.0
import { get } from "./api.js";
import { attempt, byId, longTimeElement, notice } from "./dom.js";
import { addPasskey, hasPasskeys } from "./passkey.js";
import { say } from "./words.js";

const session = await get("/session");
byId("role").textContent = document.querySelector(".me a").textContent;
byId("shown").replaceChildren(longTimeElement(session.authenticatedAt));
byId("inboxes").textContent = session.inboxes === null ? say("account.all-of-the-practice") : say("account.inboxes", { count: session.inboxes.length });

const add = byId("add-passkey");
add.disabled = !hasPasskeys();
add.addEventListener("click", () => attempt(add.parentElement, async () => {
  await addPasskey();
  notice(say("account.the-passkey-is-added-next"));
}));
