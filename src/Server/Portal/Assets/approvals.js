// SPDX-License-Identifier: Apache-2.0
// Changes that wait for a second person.
import { get, post, send } from "./api.js";
import { roleOf, tell } from "./changes.js";
import { asIs, attempt, byId, element, notice, timeElement } from "./dom.js";
import { phrase, say } from "./words.js";

const main = byId("main"), session = await get("/session");

const kinds = {
  "account.create": name => say("approvals.invite", { name }), "account.role": name => say("approvals.give-another-role-to", { name }),
  "account.reenrol": name => say("approvals.give-a-new-one-time", { name }), "account.resume": name => say("approvals.let-in-again", { name }),
  "program.create": name => say("approvals.make-the-program", { name }),
  "retention.change": () => say("approvals.change-how-long-faxes-are"),
};

function itemOf(one) {
  const isMine = one.askedBy === session.account;
  const what = [kinds[one.kind]?.(one.name) ?? `${one.kind} ${one.name || ""}`.trim(), one.role ? say("approvals.as-role", { role: roleOf(one.role) }) : null,
    one.scopes.length > 0 ? say("approvals.that-may", { scopes: one.scopes.join(", ") }) : null].filter(text => text !== null).join(" · ");
  const who = isMine ? say("approvals.asked-for-by-you") : one.askedBy === "00000000-0000-0000-0000-000000000000" ? say("approvals.asked-for-by-the-settings")
    : say("approvals.asked-for-by", { account: one.askedBy.slice(0, 8) });
  return element("li", { class: "card full" },
    element("h2", {}, what, one.words ? [" · ", asIs(one.words)] : null),
    element("p", { class: "calm" }, phrase("approvals.asked-and-ends", { who, when: timeElement(one.askedAt), end: timeElement(one.endsAt) })),
    element("p", { class: "buttons" },
      isMine ? null : element("button", { type: "button", class: "primary", onclick: () => attempt(main, async () => {
        await tell(await post(`/approvals/${one.id}/approve`), say("approvals.approved"));
        await load();
      }) }, say("approvals.approve")),
      element("button", { type: "button", onclick: () => attempt(main, async () => { await send("DELETE", `/approvals/${one.id}`); notice(isMine ? say("any.taken-back") : say("approvals.refused")); await load(); }) },
        isMine ? say("approvals.take-it-back") : say("approvals.refuse"))));
}

async function load() {
  const { items } = await get("/approvals");
  byId("waiting").replaceChildren(...items.map(itemOf));
  byId("empty").hidden = items.length > 0;
  if (session.scopes.includes("installation.operate")) {
    const { waiting } = await get("/settings");
    byId("settings-part").hidden = waiting.length === 0;
    byId("settings").replaceChildren(...waiting.map(words => element("li", {}, asIs(words))));
  }
}
await attempt(main, load);
