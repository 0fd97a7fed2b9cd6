// SPDX-License-Identifier: Apache-2.0
// How long a practice keeps its faxes: the rule, what another one would erase, and each month's end.
import { get, send } from "./api.js";
import { ask, tell } from "./changes.js";
import { asIs, attempt, byId, element, may, monthElement, stateBadge, timeElement } from "./dom.js";
import { locale, numeral, say } from "./words.js";

// Our choice: who still types is not asked for.
const typingMs = 300;

const dialog = byId("retention"), would = byId("retention-would");
const dayName = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const monthStates = { kept: [say("practice.kept"), "good"], erased: [say("any.erased"), "still"], "in-part": [say("practice.erased-in-part"), "warn"], missing: [say("practice.keys-are-missing"), "bad"] };
const waits = { operator: say("practice.due-the-operator-carries-it"), job: say("practice.due-waits-for-a-fax") };

let rule = null, version = "", timer = 0;

const wished = fields => fields.kind.value === "hold" ? null : Number(fields.months.value);
const isWhole = months => Number.isInteger(months) && months >= 1 && months <= 1200;

/** Says what the rule in the form would do, before anybody asks for it. */
function foretell(fields) {
  clearTimeout(timer);
  fields.months.disabled = fields.kind.value === "hold";
  const months = wished(fields);
  if (months === null || !isWhole(months)) {
    would.textContent = months === null ? say("practice.nothing-is-erased-that-holds") : "";
    return;
  }
  timer = setTimeout(async () => {
    const { words } = await get(`/retention?months=${months}`).catch(() => ({ words: "" }));
    if (wished(fields) === months) would.replaceChildren(asIs(words));
  }, typingMs);
}

byId("change-retention").addEventListener("click", () => ask(dialog, fields => {
  fields.kind.value = rule.months === null ? "hold" : "months";
  fields.months.value = rule.months ?? "";
  foretell(fields);
}, form => attempt(form, async () => {
  const months = wished(form.elements);
  if (months !== null && !isWhole(months)) throw new Error(say("practice.months-is-a-whole-number"));
  const response = await send("PUT", "/retention", { body: { months }, headers: { "If-Match": version } });
  dialog.close();
  await tell(await response.json(), say("practice.it-is-kept-so-from"));
  await retention();
})));
dialog.querySelector("form").addEventListener("input", event => foretell(event.currentTarget.elements));

/** The rule as it is. */
export async function retention() {
  const response = await send("GET", "/retention");
  version = response.headers.get("ETag");
  rule = await response.json();
  byId("retention-words").textContent = rule.months === null
    ? say("practice.until-somebody-says-otherwise-nothing")
    : [say("practice.for-so-many-months", { count: rule.months }), rule.monthsDue > 0 ? say("practice.due-to-be-erased", {
      months: say("any.so-many-months", { count: rule.monthsDue }), faxes: say("any.so-many-faxes", { count: rule.faxesDue }),
    }) : ""].join(" ").trim();
  byId("change-retention").disabled = !may("retention.manage");
}

// Counted when somebody looks: it reads all records of the practice.
const months = byId("months-part");
months.addEventListener("toggle", () => {
  if (months.open) attempt(months, async () => {
    const answer = await get("/usage/months");
    byId("months").replaceChildren(...answer.months.map(one => element("tr", {},
      element("th", { scope: "row" }, monthElement(one.month)),
      element("td", { class: "number" }, numeral(one.faxes + one.erased)), element("td", { class: "number" }, numeral(one.pages)),
      element("td", {}, stateBadge(one.state, monthStates), one.erasedAt ? [" ", timeElement(one.erasedAt)] : null),
      element("td", {}, one.waitsFor ? waits[one.waitsFor] : one.erasesOn ? dayName.format(new Date(one.erasesOn)) : "–"))));
  });
});
