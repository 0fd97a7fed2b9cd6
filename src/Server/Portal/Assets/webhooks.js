// SPDX-License-Identifier: Apache-2.0
// A practice's webhooks: made, changed, paused, removed; what became of each event, and sending it once more.
import { get, json, post, send, withQuery } from "./api.js";
import { ask, confirmFirst, showOnce, states } from "./changes.js";
import { attempt, byId, element, longTime, notice, plural, repaint, rowButton, stateBadge, timeElement } from "./dom.js";
import { lineName } from "./lines.js";

const main = byId("main"), dialog = byId("hook"), deliveries = byId("deliveries");
const allEvents = document.body.dataset.events.split(" ");
const hookStates = { ...states, suspended: ["Paused", "warn"] };
const deliveryStates = { waiting: ["Waiting", "busy"], leased: ["Being sent", "busy"], done: ["Taken", "good"], failed: ["Given up", "bad"] };
const faults = {
  "address-refused": "its address is not of the public internet", "not-reached": "nobody could be reached there",
  "too-slow": "no answer within 15 seconds", "no-secret": "its secret was destroyed with its keys: give it a new one",
};
const some = 20; // our choice: what a dialog shows

const nameOf = hook => hook.url ?? "Erased";
const withSecret = (title, { secret }) => showOnce(title,
  "Every event is signed with it, as Standard Webhooks says; the receiver needs it to check that. It is not shown again.", secret);

byId("event-list").append(...allEvents.map(name => element("label", { class: "check" }, element("input", { type: "checkbox", name: "event", value: name }), name)));
const showEvents = () => { byId("event-list").hidden = dialog.querySelector("[name=all]").checked; };
dialog.addEventListener("change", showEvents);

function edit(hook, lines, again) {
  byId("hook-title").textContent = hook ? "Change the webhook" : "New webhook";
  byId("hook-line").hidden = hook !== null;
  ask(dialog, fields => {
    fields.url.value = hook?.url ?? "";
    fields.line.replaceChildren(element("option", { value: "" }, "All lines"), ...lines.map(line => element("option", { value: line.id }, lineName(line))));
    fields.all.checked = hook === null || hook.events.length === allEvents.length;
    for (const box of dialog.querySelectorAll("[name=event]")) box.checked = !fields.all.checked && hook.events.includes(box.value);
    showEvents();
  }, form => attempt(form, async () => {
    const { url, all, line } = form.elements;
    const chosen = all.checked ? allEvents : [...form.querySelectorAll("[name=event]:checked")].map(box => box.value);
    if (url.value.trim() === "") { url.focus(); throw new Error("Give the address that is to hear of it."); }
    if (chosen.length === 0) throw new Error("Choose at least one event, or all.");
    if (hook) {
      // What is left as it was stays out: one of all events hears of kinds that come later too.
      const body = {};
      if (chosen.length !== hook.events.length || chosen.some(name => !hook.events.includes(name))) body.events = chosen;
      if (url.value.trim() !== hook.url) body.url = url.value.trim();
      await json("PATCH", `/webhooks/${hook.id}`, { body });
      dialog.close();
      notice("The webhook is changed.");
    } else {
      // All is said by leaving it out: then kinds of events that come later are among them.
      const made = await post("/webhooks", { url: url.value.trim(), events: all.checked ? null : chosen, line: line.value || null });
      dialog.close();
      await withSecret("The webhook’s secret", made);
    }
    await again();
  }));
}

const act = work => attempt(main, work);

function rowOf(hook, lines, again) {
  const name = nameOf(hook), at = `/webhooks/${hook.id}`;
  const turn = (state, words) => act(async () => { await json("PATCH", at, { body: { state } }); notice(words); await again(); });
  const line = lines.find(one => one.id === hook.line);
  return element("li", {},
    element("strong", {}, name), " ", stateBadge(hook.state, hookStates),
    element("div", { class: "hint" }, hook.events.length === allEvents.length ? "All events" : hook.events.join(", "),
      hook.line === null ? ", of all lines" : `, of ${line ? lineName(line) : "a line"}`,
      hook.oldSecretUntil ? `; the secret before this one signs too until ${longTime(hook.oldSecretUntil)}` : ""),
    element("span", { class: "buttons" },
      rowButton("Deliveries", name, () => look(hook)),
      rowButton("Change", name, () => edit(hook, lines, again)),
      hook.state === "active" ? rowButton("Pause", name, () => turn("suspended", "Its events wait until it goes on."))
        : rowButton("Go on", name, () => turn("active", "What waited is sent now.")),
      rowButton("New secret", name, () => confirmFirst("A new secret?", "For a day both secrets sign, so that the receiver can be changed meanwhile; then the old one ends.", "Make it",
        () => act(async () => { await withSecret("The webhook’s new secret", await post(`${at}/rotate-secret`)); await again(); }))),
      rowButton("Remove", name, () => confirmFirst("Remove the webhook?", `${name} hears of nothing more, and its secret is gone. That can’t be undone.`, "Remove it",
        () => act(async () => { await send("DELETE", at); notice("The webhook is removed."); await again(); })))));
}

let next = null, shown = null;

async function look(hook) {
  shown = hook;
  byId("deliveries-title").textContent = `Deliveries to ${nameOf(hook)}`;
  byId("delivery-list").replaceChildren();
  deliveries.querySelector(".fault").hidden = true;
  deliveries.showModal();
  await more(true);
}

const more = isNew => attempt(byId("deliveries-part"), async () => {
  const answer = await get(withQuery(`/webhooks/${shown.id}/deliveries`, { limit: some, before: isNew ? null : next }));
  const rows = answer.deliveries.map(deliveryOf);
  if (isNew) byId("delivery-list").replaceChildren(...rows); else byId("delivery-list").append(...rows);
  next = answer.next;
  byId("older").hidden = next === null;
  byId("deliveries-none").hidden = byId("delivery-list").children.length > 0;
});

function deliveryOf(one) {
  const at = `/webhooks/${shown.id}/deliveries/${one.sequence}`, list = element("ul", { class: "plain" });
  const row = element("details", {},
    element("summary", {}, `Event ${one.sequence} `, stateBadge(one.state, deliveryStates), ` ${plural(one.attempts, "try", "tries")}`),
    list,
    one.dueAt && one.state === "waiting" ? element("p", { class: "hint" }, "Next try ", timeElement(one.dueAt)) : null,
    element("p", { class: "buttons" }, rowButton("Send again", `event ${one.sequence}`, () => attempt(byId("deliveries-part"), async () => {
      await send("POST", `${at}/replay`);
      notice("It is sent once more, under the same id.");
    }).then(isDone => isDone && more(true)))));
  row.addEventListener("toggle", () => {
    if (row.open) attempt(byId("deliveries-part"), async () => {
      const { attempts } = await get(`${at}/attempts`);
      list.replaceChildren(...attempts.length === 0 ? [element("li", { class: "calm" }, "Not tried yet.")] : attempts.map(attemptOf));
    });
  });
  return row;
}

const attemptOf = one => element("li", {}, timeElement(one.startedAt),
  one.status ? ` answered ${one.status} after ${one.durationMs} ms` : ` ${faults[one.fault] ?? "no answer"}`);

byId("older").addEventListener("click", () => more(false));
byId("look-again").addEventListener("click", () => more(true));

/** Shows the webhooks; `again` loads the page's parts anew. */
export function paintWebhooks(webhooks, lines, again) {
  repaint(byId("hooks"), webhooks.length === 0 ? [element("li", { class: "calm" }, "None: nobody is told by itself.")] : webhooks.map(hook => rowOf(hook, lines, again)));
  const make = byId("new-hook");
  make.onclick = () => edit(null, lines, again);
  make.disabled = false;
}
