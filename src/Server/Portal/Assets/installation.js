// SPDX-License-Identifier: Apache-2.0
// The operator's desk: practices, trunks, keys, and what the doctor sees.
import { get, json, post } from "./api.js";
import { ask, states, tell } from "./changes.js";
import { atOnce, attempt, byId, closers, element, rowButton, stateBadge, timeElement } from "./dom.js";
import { due } from "./due.js";
import { testCall } from "./test-call.js";

const main = byId("main"), named = byId("named");
const installationId = "00000000-0000-0000-0000-000000000000";
const lookMs = 1000, trunksMs = 5000;
const verdicts = { holds: ["Kept", "good"], unknown: ["Not known", "warn"], broken: ["Broken", "bad"] };

const button = (words, name, work) => rowButton(words, name, () => attempt(main, work));

function askName(title, label, value, work) {
  byId("named-title").textContent = title;
  byId("named-label").textContent = label;
  ask(named, fields => { fields.name.value = value; }, form => attempt(form, async () => {
    if (form.elements.name.value.trim() === "") throw new Error(`${label} is needed.`);
    await work(form.elements.name.value.trim());
  }));
}

byId("new-practice").addEventListener("click", () => askName("New practice", "Its name", "", async name => {
  const outcome = await post("/tenants", { name });
  named.close();
  await tell(outcome, "The practice is there. Give it a number, and invite its administrator.");
  await practices();
}));

async function practices() {
  const { tenants } = await get("/tenants");
  const parts = await Promise.all(tenants.map(async one => [one, (await get(`/tenants/${one.id}/lines`)).lines]));
  byId("practices").replaceChildren(...parts.map(([one, lines]) => {
    const name = one.name ?? "Erased", at = `/tenants/${one.id}`;
    const turn = state => async () => { await tell(await json("PATCH", at, { body: { state } }), "Changed."); await practices(); };
    return element("details", {},
      element("summary", {}, element("strong", {}, name), " ", stateBadge(one.state, states), ` ${lines.length === 1 ? "1 number" : `${lines.length} numbers`}`),
      element("ul", { class: "plain" }, lines.map(line => element("li", {}, line.number ?? "Erased", " ", stateBadge(line.state, states), " ",
        line.state === "active"
          ? button("Suspend", line.number, async () => { await tell(await json("PATCH", `${at}/lines/${line.id}`, { body: { state: "suspended" } }), "Suspended."); await practices(); })
          : button("Open", line.number, async () => { await tell(await json("PATCH", `${at}/lines/${line.id}`, { body: { state: "active" } }), "Open."); await practices(); })))),
      element("p", { class: "buttons" },
        button("Add a number", name, async () => askName(`A number for ${name}`, "The number", "", async number => {
          const outcome = await post(`${at}/lines`, { number });
          named.close();
          await tell(outcome, "The number is there.");
          await practices();
        })),
        button("Invite its administrator", name, async () => askName(`The first administrator of ${name}`, "Name to sign in with", "", async person => {
          const outcome = await post(`${at}/administrators`, { name: person });
          named.close();
          await tell(outcome, "Invited.");
        })),
        button("Rename", name, async () => askName(`Rename ${name}`, "Its name", name, async words => {
          const outcome = await json("PATCH", at, { body: { name: words } });
          named.close();
          await tell(outcome, "Renamed.");
          await practices();
        })),
        one.state === "active" ? button("Suspend", name, turn("suspended")) : button("Open again", name, turn("active"))));
  }));
}

// The same one each time that the table is painted: it has the focus again when its dialog closes.
const trunkButtons = new Map();
function trunkButton(name) {
  if (!trunkButtons.has(name)) trunkButtons.set(name, rowButton("Test call", name, () => testCall(name)));
  return trunkButtons.get(name);
}

async function trunks() {
  const { trunks: some } = await get("/trunks");
  byId("trunks-none").hidden = some.length > 0;
  const focused = document.activeElement;
  byId("trunks").replaceChildren(...some.map(one => element("tr", {},
    element("th", { scope: "row" }, one.name), element("td", {}, `${one.host}${one.port ? `:${one.port}` : ""}, ${one.transport.toUpperCase()}`),
    element("td", {}, one.registered === false ? element("span", { class: "badge bad" }, "Not registered")
      : one.reachable === null ? element("span", { class: "badge" }, "Not asked yet")
        : one.reachable ? element("span", { class: "badge good" }, "Answers") : element("span", { class: "badge bad" }, "Does not answer")),
    element("td", { class: "number" }, `${one.calls} of ${one.callsMax}`),
    element("td", {}, one.lastFailureAt ? [timeElement(one.lastFailureAt), ` ${one.lastFailure}`] : "None"),
    element("td", {}, trunkButton(one.name)))));
  if (byId("trunks").contains(focused)) focused.focus();
}

async function keys() {
  const { source, tenants } = await get("/keys");
  byId("keys-words").textContent = `The root key lies in ${source}.`;
  byId("keys").replaceChildren(...tenants.flatMap(one => one.epochs.map(epoch => element("tr", {},
    element("th", { scope: "row" }, one.id === installationId ? "The installation itself" : one.name ?? one.id), element("td", {}, epoch.epoch, epoch.journal ? " (ledger)" : ""),
    element("td", {}, stateBadge(epoch.state, { sealing: ["Seals now", "good"], next: ["Made early", "busy"], open: ["Opens only", "still"], destroyed: ["Destroyed", "still"], missing: ["Missing", "bad"] })),
    element("td", {}, epoch.since ? timeElement(epoch.since) : "–"), element("td", { class: "number" }, String(epoch.faxes)), element("td", { class: "number" }, String(epoch.pages))))));
}

async function doctor() {
  const seen = await get("/doctor");
  byId("examine").disabled = seen.running;
  byId("doctor-words").replaceChildren(...seen.running ? [`Examining: ${seen.progress}`] : seen.examinedAt ? ["Examined ", timeElement(seen.examinedAt)] : ["Not examined since the server started."]);
  byId("doctor").replaceChildren(...seen.promises.map(one => element("details", { open: one.verdict !== "holds" },
    element("summary", {}, stateBadge(one.verdict, verdicts), ` ${one.promise}: ${one.name}`),
    element("ul", {}, one.findings.map(finding => element("li", {}, stateBadge(finding.verdict, verdicts), ` ${finding.saw}`, finding.advice ? element("div", { class: "hint" }, finding.advice) : null))))));
  if (seen.running) setTimeout(() => doctor().catch(() => {}), lookMs);
}
byId("examine").addEventListener("click", () => attempt(byId("examine").closest("section"), async () => { await post("/doctor"); await doctor(); }));

closers();
await atOnce(main, { doctor, practices, trunks, keys, due });
setInterval(() => { if (!document.hidden) trunks().catch(() => {}); }, trunksMs);
