// SPDX-License-Identifier: Apache-2.0
// Changes that wait for a second person.
import { get, post, send } from "./api.js";
import { roleOf, tell } from "./changes.js";
import { attempt, byId, element, notice, timeElement } from "./dom.js";

const main = byId("main"), session = await get("/session");

const kinds = {
  "account.create": "Invite", "account.role": "Give another role to", "account.reenrol": "Give a new one-time link to", "account.resume": "Let in again",
  "program.create": "Make the program",
};

function itemOf(one) {
  const isMine = one.askedBy === session.account;
  const what = [`${kinds[one.kind] ?? one.kind} ${one.name || ""}`.trim(), one.role ? `as ${roleOf(one.role)}` : null, one.scopes.length > 0 ? `that may ${one.scopes.join(", ")}` : null,
    one.words || null].filter(text => text !== null).join(" · ");
  return element("li", { class: "card full" },
    element("h2", {}, what),
    element("p", { class: "calm" }, isMine ? "Asked for by you" : one.askedBy === "00000000-0000-0000-0000-000000000000" ? "Asked for by the settings file" : `Asked for by ${one.askedBy.slice(0, 8)}`,
      " ", timeElement(one.askedAt), ", ends ", timeElement(one.endsAt)),
    element("p", { class: "buttons" },
      isMine ? null : element("button", { type: "button", class: "primary", onclick: () => attempt(main, async () => { await tell(await post(`/approvals/${one.id}/approve`), "Approved."); await load(); }) }, "Approve"),
      element("button", { type: "button", onclick: () => attempt(main, async () => { await send("DELETE", `/approvals/${one.id}`); notice(isMine ? "Taken back." : "Refused."); await load(); }) },
        isMine ? "Take it back" : "Refuse")));
}

async function load() {
  const { items } = await get("/approvals");
  byId("waiting").replaceChildren(...items.map(itemOf));
  byId("empty").hidden = items.length > 0;
  if (session.scopes.includes("installation.operate")) {
    const { waiting } = await get("/settings");
    byId("settings-part").hidden = waiting.length === 0;
    byId("settings").replaceChildren(...waiting.map(words => element("li", {}, words)));
  }
}
await attempt(main, load);
