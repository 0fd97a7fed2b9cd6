// SPDX-License-Identifier: Apache-2.0
// How long a practice keeps its faxes: the rule, what another one would erase, and each month's end.
import { get, send } from "./api.js";
import { ask, tell } from "./changes.js";
import { attempt, byId, element, plural, stateBadge, timeElement } from "./dom.js";

// Our choice: who still types is not asked for.
const typingMs = 300;

const dialog = byId("retention"), would = byId("retention-would");
const count = new Intl.NumberFormat();
const monthName = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "long", timeZone: "UTC" });
const dayName = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const monthStates = { kept: ["Kept", "good"], erased: ["Erased", "still"], "in-part": ["Erased in part", "warn"], missing: ["Keys are missing", "bad"] };
const waits = { operator: "Due: the operator carries it out", job: "Due: waits for a fax that is still at work" };

let rule = null, version = "", timer = 0;

const wished = fields => fields.kind.value === "hold" ? null : Number(fields.months.value);
const isWhole = months => Number.isInteger(months) && months >= 1 && months <= 1200;

/** Says what the rule in the form would do, before anybody asks for it. */
function foretell(fields) {
  clearTimeout(timer);
  fields.months.disabled = fields.kind.value === "hold";
  const months = wished(fields);
  if (months === null || !isWhole(months)) {
    would.textContent = months === null ? "Nothing is erased. That holds at once." : "";
    return;
  }
  timer = setTimeout(async () => {
    const { words } = await get(`/retention?months=${months}`).catch(() => ({ words: "" }));
    if (wished(fields) === months) would.textContent = words;
  }, typingMs);
}

byId("change-retention").addEventListener("click", () => ask(dialog, fields => {
  fields.kind.value = rule.months === null ? "hold" : "months";
  fields.months.value = rule.months ?? "";
  foretell(fields);
}, form => attempt(form, async () => {
  const months = wished(form.elements);
  if (months !== null && !isWhole(months)) throw new Error("Months is a whole number from 1 to 1200.");
  const response = await send("PUT", "/retention", { body: { months }, headers: { "If-Match": version } });
  dialog.close();
  await tell(await response.json(), "It is kept so from now on.");
  await retention();
})));
dialog.querySelector("form").addEventListener("input", event => foretell(event.currentTarget.elements));

/** The rule as it is. */
export async function retention() {
  const response = await send("GET", "/retention");
  version = response.headers.get("ETag");
  rule = await response.json();
  byId("retention-words").textContent = rule.months === null
    ? "Until somebody says otherwise: nothing is erased by itself, however old it is."
    : `For ${plural(rule.months, "month", "months")} behind the month that a fax came in or was sent.`
      + (rule.monthsDue > 0 ? ` Due to be erased: ${plural(rule.monthsDue, "month", "months")} with ${plural(rule.faxesDue, "fax", "faxes")}.` : "");
  byId("change-retention").disabled = !document.body.dataset.scopes.split(" ").includes("retention.manage");
}

// Counted when somebody looks: it reads all records of the practice.
const months = byId("months-part");
months.addEventListener("toggle", () => {
  if (months.open) attempt(months, async () => {
    const answer = await get("/usage/months");
    byId("months").replaceChildren(...answer.months.map(one => element("tr", {},
      element("th", { scope: "row" }, monthName.format(new Date(`${one.month}-01T00:00:00Z`))),
      element("td", { class: "number" }, count.format(one.faxes + one.erased)), element("td", { class: "number" }, count.format(one.pages)),
      element("td", {}, stateBadge(one.state, monthStates), one.erasedAt ? [" ", timeElement(one.erasedAt)] : null),
      element("td", {}, one.waitsFor ? waits[one.waitsFor] : one.erasesOn ? dayName.format(new Date(one.erasesOn)) : "–"))));
  });
});
