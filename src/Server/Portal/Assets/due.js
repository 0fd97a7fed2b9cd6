// SPDX-License-Identifier: Apache-2.0
// What retention has made due, for the operator: to look at, and to carry out.
import { get, post } from "./api.js";
import { confirmFirst } from "./changes.js";
import { attempt, byId, element, plural, timeElement } from "./dom.js";

const monthName = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "long", timeZone: "UTC" });
const waits = { operator: "You", job: "A fax that is still at work" };
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
    element("th", { scope: "row" }, one.name ?? one.tenant), element("td", {}, monthName.format(new Date(`${one.month}-01T00:00:00Z`))),
    element("td", {}, timeElement(one.since)), element("td", { class: "number" }, String(one.faxes)), element("td", {}, waits[one.waitsFor]))));
}

function tellDone(done) {
  byId("due-done").replaceChildren(element("p", {}, element("strong", {},
    `${plural(done.erased.length, "month is", "months are")} erased. Back up now, before anything else:`)),
  element("ul", {}, (done.backup ?? "").split("\n").filter(Boolean).map(line => element("li", {}, line))),
  element("p", { class: "calm" }, `The root key is now ${done.root}.`));
}

button.addEventListener("click", () => confirmFirst("Erase what is due",
  `${plural(ready.length, "month", "months")} with ${plural(faxesOf(ready), "fax", "faxes")} go for good, here and in every backup. Have the place ready where you keep the root key: it has to be backed up anew at once.`,
  "Erase for good", () => attempt(button.closest("section"), async () => {
    const done = await post("/keys/erase-due");
    if (done.root !== null) tellDone(done);
  }).then(() => due().catch(() => {}))));
