// SPDX-License-Identifier: Apache-2.0
// A house's people and programs: invited, given roles and inboxes, let out.
import { get, json, post, send } from "./api.js";
import { ask, roleOf, roles, states, tell } from "./changes.js";
import { attempt, byId, closers, element, notice, rowButton, stateBadge } from "./dom.js";
import { lineName, lines as linesOf } from "./lines.js";
import { say } from "./words.js";

const main = byId("main"), person = byId("person"), program = byId("program");
const session = await get("/session");
const isPractice = session.tenant !== null;
const lines = isPractice ? await linesOf() : [];
const names = new Map(lines.map(line => [line.id, lineName(line)]));
const ofHouse = Object.entries(roles).filter(([role]) => (role === "InstallationOperator") !== isPractice);

const scopes = {
  "faxes.read": say("people.read-faxes"), "faxes.send": say("people.send-faxes"),
  "address-book.read": say("people.read-the-address-book"), "address-book.manage": say("people.change-the-address-book"),
  "lines.read": say("people.see-the-lines"), "lines.manage": say("people.change-the-lines"), "webhooks.manage": say("people.run-webhooks"),
  "ledger.read": say("people.read-the-ledger"), "usage.read": say("people.see-what-is-used"),
};

person.querySelector("select").append(...ofHouse.map(([role, words]) => element("option", { value: role }, words)));
byId("inboxes-set").hidden = !isPractice;
byId("inbox-list").append(...lines.map(line => element("label", { class: "check" }, element("input", { type: "checkbox", name: "inbox", value: line.id }), lineName(line))));
byId("scope-list").append(...Object.entries(scopes).map(([scope, words]) => element("label", { class: "check" },
  element("input", { type: "checkbox", name: "scope", value: scope }), words)));

const isReader = role => role === "FrontDesk" || role === "Clinician" || role === "PrivacyOfficer";
const showInboxes = () => {
  const { role, all } = person.querySelector("form").elements;
  byId("inboxes-set").hidden = !isPractice || !isReader(role.value);
  byId("inbox-list").hidden = all.checked;
};
person.addEventListener("change", showInboxes);

function inboxesOf(form) {
  if (!isPractice || !isReader(form.elements.role.value)) return [];
  return form.elements.all.checked ? ["all"] : [...form.querySelectorAll("[name=inbox]:checked")].map(box => box.value);
}

const wordsOf = inboxes => inboxes.length === 0 ? say("people.none") : inboxes[0] === "all" ? say("people.all") : inboxes.map(id => names.get(id) ?? say("people.a-line")).join(", ");

byId("invite").addEventListener("click", () => {
  byId("person-title").textContent = say("people.invite-a-person");
  byId("name-row").hidden = false;
  ask(person, showInboxes, form => attempt(form, async () => {
    if (form.elements.name.value.trim() === "") { form.elements.name.focus(); throw new Error(say("people.give-the-name-that-the")); }
    const outcome = await post("/accounts", { name: form.elements.name.value.trim(), role: form.elements.role.value, inboxes: inboxesOf(form) });
    person.close();
    await tell(outcome, say("people.the-person-is-invited"));
    await load();
  }));
});

function change(one) {
  byId("person-title").textContent = say("people.what-may-do", { name: one.name });
  byId("name-row").hidden = true;
  ask(person, fields => {
    fields.role.value = one.role;
    fields.all.checked = one.inboxes[0] === "all";
    for (const box of person.querySelectorAll("[name=inbox]")) box.checked = one.inboxes.includes(box.value);
    showInboxes();
  }, form => attempt(form, async () => {
    const outcome = await json("PUT", `/accounts/${one.id}/role`, { body: { role: form.elements.role.value, inboxes: inboxesOf(form) } });
    person.close();
    await tell(outcome, say("people.changed-the-persons-sessions-have"));
    await load();
  }));
}

const button = (words, name, work) => rowButton(words, name, () => attempt(main, work));

function rowOf(one) {
  const isMe = one.id === session.account, at = `/accounts/${one.id}`;
  return element("tr", {}, element("th", { scope: "row" }, one.name), element("td", {}, roleOf(one.role)), element("td", {}, isReader(one.role) ? wordsOf(one.inboxes) : "–"),
    element("td", {}, stateBadge(one.state.toLowerCase(), states)),
    element("td", {}, isMe ? say("people.you") : element("span", { class: "buttons" },
      button(say("any.change"), one.name, async () => change(one)),
      button(say("people.new-link"), one.name, async () => { await tell(await post(`${at}/enrolment`), say("people.the-old-way-in-has")); await load(); }),
      one.state.toLowerCase() === "suspended"
        ? button(say("people.let-in-again"), one.name, async () => { await tell(await json("DELETE", `${at}/suspension`), say("people.let-in")); await load(); })
        : button(say("any.suspend"), one.name, async () => {
          await send("POST", `${at}/suspension`);
          notice(say("people.is-out-everywhere-within-a", { name: one.name }));
          await load();
        }))));
}

byId("new-program").addEventListener("click", () => ask(program, () => {}, form => attempt(form, async () => {
  const wanted = [...form.querySelectorAll("[name=scope]:checked")].map(box => box.value);
  if (form.elements.name.value.trim() === "" || wanted.length === 0) throw new Error(say("people.give-it-a-name-and"));
  const outcome = await post("/programs", { name: form.elements.name.value.trim(), scopes: wanted, inboxes: ["all"] });
  program.close();
  await tell(outcome, say("people.the-program-is-made"));
  await load();
})));

const programRow = one => element("tr", {}, element("th", { scope: "row" }, one.name), element("td", {}, one.scopes.map(scope => scopes[scope] ?? scope).join(", ")),
  element("td", {}, stateBadge(one.state.toLowerCase(), states)),
  element("td", {}, one.state.toLowerCase() === "ended" ? null
    : button(say("people.end"), one.name, async () => { await send("DELETE", `/programs/${one.id}`); notice(say("people.is-let-in-no-more", { name: one.name })); await load(); })));

async function load() {
  const { items } = await get("/accounts");
  byId("accounts").replaceChildren(...items.map(rowOf));
  byId("programs-part").hidden = !isPractice;
  if (isPractice) byId("programs").replaceChildren(...(await get("/programs")).items.map(programRow));
}
closers();
byId("invite").disabled = false;
await attempt(main, load);
