// SPDX-License-Identifier: Apache-2.0
// What stands around every page: signing out, who one is, the connection, light and dark.
import { onConfirm, onConnection, post, send } from "./api.js";
import { byId } from "./dom.js";
import { askWho } from "./who.js";
import "./again.js";
import { say } from "./words.js";

// Nothing of a fax stays for whoever presses "back" after a sign-out: a page that a browser kept alive is loaded anew, through the gate.
addEventListener("pageshow", shown => { if (shown.persisted) location.reload(); });
addEventListener("pagehide", () => { if (document.body.hasAttribute("data-signed-in")) byId("main").replaceChildren(); });

// Scripts send what forms hold: a form that is sent before its script is there must not carry a number into the address.
document.addEventListener("submit", event => event.preventDefault());

byId("sign-out")?.addEventListener("click", async () => {
  byId("main").replaceChildren();
  // What a page still asks for meanwhile is refused, and must not lead to the sign-in that comes back here.
  document.body.removeAttribute("data-signed-in");
  await send("DELETE", "/session").catch(() => {});
  location.replace("/sign-in");
});

const theme = byId("theme");
function paint(isDark) {
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  theme.setAttribute("aria-pressed", String(isDark));
}
paint((localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark");
theme.addEventListener("click", () => {
  const isDark = theme.getAttribute("aria-pressed") !== "true";
  localStorage.setItem("theme", isDark ? "dark" : "light");
  paint(isDark);
});

const banner = byId("connection");
let retry = 0;
onConnection(isThere => {
  clearTimeout(retry);
  if (isThere) { banner.hidden = true; return; }
  banner.hidden = false;
  banner.textContent = say("shell.the-server-cant-be-reached");
  retry = setTimeout(() => send("GET", "/session").catch(() => {}), 3000);
});
addEventListener("offline", () => { banner.hidden = false; banner.textContent = say("shell.this-computer-is-offline-what"); });
addEventListener("online", () => send("GET", "/session").catch(() => {}));

const dialog = byId("confirm-who");
if (dialog) onConfirm(() => askWho(dialog, ({ elements: { password, code } }) => post("/session/confirm", { password: password.value, code: code.value.trim() })));
