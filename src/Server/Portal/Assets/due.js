// SPDX-License-Identifier: Apache-2.0
// What retention has made due, for the operator: to look at, and to carry out.
import { get, post } from "./api.js";
import { confirmFirst } from "./changes.js";
import { asIs, attempt, byId, element, monthElement, timeElement } from "./dom.js";
import { numeral, phrase, say } from "./words.js";

const waits = { operator: say("installation.you"), job: say("installation.a-fax-that-is-still") };
const button = byId("erase-due");
const faxesOf = months => months.reduce((sum, one) => sum + one.faxes, 0);

let ready = [];

/** The months that are due. */
export async function due() {
  const { months } = await get("/keys/due");
  ready = months.filter(one => one.waitsFor === "operator");
  button.disabled = ready.length === 0;
  byId("due-none").hidden = months.length > 0;
  byId("due").replaceChildren(...months.map(one => element("tr", {},
    element("th", { scope: "row" }, one.name ?? one.tenant), element("td", {}, monthElement(one.month)),
    element("td", {}, timeElement(one.since)), element("td", { class: "number" }, numeral(one.faxes)), element("td", {}, waits[one.waitsFor]))));
}

function tellDone(done) {
  byId("due-done").replaceChildren(
    element("p", {}, element("strong", {}, say("installation.months-are-erased-back-up", { count: done.erased.length }))),
    element("ul", {}, (done.backup ?? "").split("\n").filter(Boolean).map(line => element("li", {}, asIs(line)))),
    element("p", { class: "calm" }, phrase("installation.the-root-key-is-now", { root: element("code", {}, done.root) })));
}

button.addEventListener("click", () => confirmFirst(say("installation.erase-what-is-due"),
  say("installation.it-goes-for-good", {
    months: say("any.so-many-months", { count: ready.length }), faxes: say("any.so-many-faxes", { count: faxesOf(ready) }),
  }),
  say("installation.erase-for-good"), () => attempt(button.closest("section"), async () => {
    const done = await post("/keys/erase-due");
    if (done.root !== null) tellDone(done);
    document.dispatchEvent(new Event("erased"));
  }).then(() => due().catch(() => {}))));
