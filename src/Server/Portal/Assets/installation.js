// SPDX-License-Identifier: Apache-2.0
// The operator's desk: practices, trunks, keys, and what the doctor sees.
import { get, json, post } from "./api.js";
import { ask, states, tell } from "./changes.js";
import { asIs, atOnce, attempt, byId, closers, element, rowButton, stateBadge, timeElement } from "./dom.js";
import { due } from "./due.js";
import { testCall } from "./test-call.js";
import { numeral, phrase, say } from "./words.js";

const main = byId("main"), named = byId("named");
const installationId = "00000000-0000-0000-0000-000000000000";
const lookMs = 1000, trunksMs = 5000;
const verdicts = { holds: [say("installation.kept"), "good"], unknown: [say("installation.not-known"), "warn"], broken: [say("installation.broken"), "bad"] };

const button = (words, name, work) => rowButton(words, name, () => attempt(main, work));

function askName(title, label, value, work) {
  byId("named-title").textContent = title;
  byId("named-label").textContent = label;
  ask(named, fields => { fields.name.value = value; }, form => attempt(form, async () => {
    if (form.elements.name.value.trim() === "") throw new Error(say("installation.is-needed", { label }));
    await work(form.elements.name.value.trim());
  }));
}

byId("new-practice").addEventListener("click", () => askName(say("installation.new-practice"), say("installation.its-name"), "", async name => {
  const outcome = await post("/tenants", { name });
  named.close();
  await tell(outcome, say("installation.the-practice-is-there-give"));
  await practices();
}));

async function practices() {
  const { tenants } = await get("/tenants");
  const parts = await Promise.all(tenants.map(async one => [one, (await get(`/tenants/${one.id}/lines`)).lines]));
  byId("practices").replaceChildren(...parts.map(([one, lines]) => {
    const name = one.name ?? say("any.erased"), at = `/tenants/${one.id}`;
    const turn = state => async () => { await tell(await json("PATCH", at, { body: { state } }), say("installation.changed")); await practices(); };
    return element("details", {},
      element("summary", {}, element("strong", {}, name), " ", stateBadge(one.state, states), " ", say("installation.numbers", { count: lines.length })),
      element("ul", { class: "plain" }, lines.map(line => element("li", {}, line.number ?? say("any.erased"), " ", stateBadge(line.state, states), " ",
        line.state === "active"
          ? button(say("any.suspend"), line.number, async () => { await tell(await json("PATCH", `${at}/lines/${line.id}`, { body: { state: "suspended" } }), say("installation.suspended")); await practices(); })
          : button(say("installation.open"), line.number, async () => { await tell(await json("PATCH", `${at}/lines/${line.id}`, { body: { state: "active" } }), say("installation.opened")); await practices(); })))),
      element("p", { class: "buttons" },
        button(say("installation.add-a-number"), name, async () => askName(say("installation.a-number-for", { practice: name }), say("installation.the-number"), "", async number => {
          const outcome = await post(`${at}/lines`, { number });
          named.close();
          await tell(outcome, say("installation.the-number-is-there"));
          await practices();
        })),
        button(say("installation.invite-its-administrator"), name, async () => askName(say("installation.the-first-administrator-of", { practice: name }), say("installation.name-to-sign-in-with"), "", async person => {
          const outcome = await post(`${at}/administrators`, { name: person });
          named.close();
          await tell(outcome, say("installation.invited"));
        })),
        button(say("installation.rename"), name, async () => askName(say("installation.rename-practice", { practice: name }), say("installation.its-name"), name, async words => {
          const outcome = await json("PATCH", at, { body: { name: words } });
          named.close();
          await tell(outcome, say("installation.renamed"));
          await practices();
        })),
        one.state === "active" ? button(say("any.suspend"), name, turn("suspended")) : button(say("any.open-again"), name, turn("active"))));
  }));
}

// The same one each time that the table is painted: it has the focus again when its dialog closes.
const trunkButtons = new Map();
function trunkButton(name) {
  if (!trunkButtons.has(name)) trunkButtons.set(name, rowButton(say("installation.test-call"), name, () => testCall(name)));
  return trunkButtons.get(name);
}

async function trunks() {
  const { trunks: some } = await get("/trunks");
  byId("trunks-none").hidden = some.length > 0;
  const focused = document.activeElement;
  byId("trunks").replaceChildren(...some.map(one => element("tr", {},
    element("th", { scope: "row" }, one.name), element("td", {}, `${one.host}${one.port ? `:${one.port}` : ""}, ${one.transport.toUpperCase()}`),
    element("td", {}, one.registered === false ? element("span", { class: "badge bad" }, say("installation.not-registered"))
      : one.reachable === null ? element("span", { class: "badge" }, say("installation.not-asked-yet"))
        : one.reachable ? element("span", { class: "badge good" }, say("installation.answers")) : element("span", { class: "badge bad" }, say("installation.does-not-answer"))),
    element("td", { class: "number" }, say("any.so-many-of", { count: one.calls, all: one.callsMax })),
    element("td", {}, one.lastFailureAt ? [timeElement(one.lastFailureAt), " ", asIs(one.lastFailure)] : say("installation.none")),
    element("td", {}, trunkButton(one.name)))));
  if (byId("trunks").contains(focused)) focused.focus();
}

async function keys() {
  const { source, tenants } = await get("/keys");
  byId("keys-words").replaceChildren(...phrase("installation.the-root-key-lies-in", { source: asIs(source) }));
  byId("keys").replaceChildren(...tenants.flatMap(one => one.epochs.map(epoch => element("tr", {},
    element("th", { scope: "row" }, one.id === installationId ? say("installation.the-installation-itself") : one.name ?? one.id), element("td", {}, epoch.journal ? say("installation.ledger", { epoch: epoch.epoch }) : epoch.epoch),
    element("td", {}, stateBadge(epoch.state, { sealing: [say("installation.seals-now"), "good"], next: [say("installation.made-early"), "busy"], open: [say("installation.opens-only"), "still"], destroyed: [say("installation.destroyed"), "still"], missing: [say("installation.missing"), "bad"] })),
    element("td", {}, epoch.since ? timeElement(epoch.since) : "–"), element("td", { class: "number" }, numeral(epoch.faxes)), element("td", { class: "number" }, numeral(epoch.pages))))));
}

async function doctor() {
  const seen = await get("/doctor");
  byId("examine").disabled = seen.running;
  byId("doctor-words").replaceChildren(...seen.running ? phrase("installation.examining", { progress: asIs(seen.progress) })
    : seen.examinedAt ? phrase("installation.examined", { when: timeElement(seen.examinedAt) }) : [say("installation.not-examined-since-the-server")]);
  byId("doctor").replaceChildren(...seen.promises.map(one => element("details", { open: one.verdict !== "holds" },
    element("summary", {}, stateBadge(one.verdict, verdicts), ` ${one.promise}: `, asIs(one.name)),
    element("ul", {}, one.findings.map(finding => element("li", {}, stateBadge(finding.verdict, verdicts), " ", asIs(finding.saw), finding.advice ? element("div", { class: "hint" }, asIs(finding.advice)) : null))))));
  if (seen.running) setTimeout(() => doctor().catch(() => {}), lookMs);
}
byId("examine").addEventListener("click", () => attempt(byId("examine").closest("section"), async () => { await post("/doctor"); await doctor(); }));

document.addEventListener("erased", () => keys().catch(() => {}));
closers();
await atOnce(main, { doctor, practices, trunks, keys, due });
setInterval(() => { if (!document.hidden) trunks().catch(() => {}); }, trunksMs);
