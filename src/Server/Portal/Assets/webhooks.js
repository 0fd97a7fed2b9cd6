// SPDX-License-Identifier: Apache-2.0
// A practice's webhooks: made, changed, paused, removed; what became of each event, and sending it once more.
import { get, json, post, send, withQuery } from "./api.js";
import { ask, confirmFirst, showOnce, states } from "./changes.js";
import { attempt, byId, element, longTime, notice, repaint, rowButton, stateBadge, timeElement } from "./dom.js";
import { lineName } from "./lines.js";
import { phrase, say } from "./words.js";

const main = byId("main"), dialog = byId("hook"), deliveries = byId("deliveries");
const allEvents = document.body.dataset.events.split(" ");
const hookStates = { ...states, suspended: [say("webhooks.paused"), "warn"] };
const deliveryStates = { waiting: [say("webhooks.waiting"), "busy"], leased: [say("webhooks.being-sent"), "busy"], done: [say("webhooks.taken"), "good"], failed: [say("webhooks.given-up"), "bad"] };
const faults = {
  "address-refused": say("webhooks.its-address-is-not-of"), "not-reached": say("webhooks.nobody-could-be-reached-there"),
  "too-slow": say("webhooks.no-answer-within-15-seconds"), "no-secret": say("webhooks.its-secret-was-destroyed-with"),
};
const some = 20; // our choice: what a dialog shows

const nameOf = hook => hook.url ?? say("any.erased");
const withSecret = (title, { secret }) => showOnce(title,
  say("webhooks.every-event-is-signed-with"), secret);

byId("event-list").append(...allEvents.map(name => element("label", { class: "check" }, element("input", { type: "checkbox", name: "event", value: name }), name)));
const showEvents = () => { byId("event-list").hidden = dialog.querySelector("[name=all]").checked; };
dialog.addEventListener("change", showEvents);

function edit(hook, lines, again) {
  byId("hook-title").textContent = hook ? say("webhooks.change-the-webhook") : say("webhooks.new-webhook");
  byId("hook-line").hidden = hook !== null;
  ask(dialog, fields => {
    fields.url.value = hook?.url ?? "";
    fields.line.replaceChildren(element("option", { value: "" }, say("any.all-lines")), ...lines.map(line => element("option", { value: line.id }, lineName(line))));
    fields.all.checked = hook === null || hook.events.length === allEvents.length;
    for (const box of dialog.querySelectorAll("[name=event]")) box.checked = !fields.all.checked && hook.events.includes(box.value);
    showEvents();
  }, form => attempt(form, async () => {
    const { url, all, line } = form.elements;
    const chosen = all.checked ? allEvents : [...form.querySelectorAll("[name=event]:checked")].map(box => box.value);
    if (url.value.trim() === "") { url.focus(); throw new Error(say("webhooks.give-the-address-that-is")); }
    if (chosen.length === 0) throw new Error(say("webhooks.choose-at-least-one-event"));
    if (hook) {
      // What is left as it was stays out: one of all events hears of kinds that come later too.
      const body = {};
      if (chosen.length !== hook.events.length || chosen.some(name => !hook.events.includes(name))) body.events = chosen;
      if (url.value.trim() !== hook.url) body.url = url.value.trim();
      await json("PATCH", `/webhooks/${hook.id}`, { body });
      dialog.close();
      notice(say("webhooks.the-webhook-is-changed"));
    } else {
      // All is said by leaving it out: then kinds of events that come later are among them.
      const made = await post("/webhooks", { url: url.value.trim(), events: all.checked ? null : chosen, line: line.value || null });
      dialog.close();
      await withSecret(say("webhooks.the-webhooks-secret"), made);
    }
    await again();
  }));
}

const act = work => attempt(main, work);

function rowOf(hook, lines, again) {
  const name = nameOf(hook), at = `/webhooks/${hook.id}`;
  const turn = (state, words) => act(async () => { await json("PATCH", at, { body: { state } }); notice(words); await again(); });
  const line = lines.find(one => one.id === hook.line), events = hook.events.length === allEvents.length ? say("webhooks.all-events") : hook.events.join(", ");
  return element("li", {},
    element("strong", {}, name), " ", stateBadge(hook.state, hookStates),
    element("div", { class: "hint" }, hook.line === null ? say("webhooks.of-all-lines", { events }) : say("webhooks.of", { events, line: line ? lineName(line) : say("webhooks.a-line") }),
      hook.oldSecretUntil ? say("webhooks.the-secret-before-this-one", { time: longTime(hook.oldSecretUntil) }) : ""),
    element("span", { class: "buttons" },
      rowButton(say("webhooks.deliveries"), name, () => look(hook)),
      rowButton(say("any.change"), name, () => edit(hook, lines, again)),
      hook.state === "active" ? rowButton(say("webhooks.pause"), name, () => turn("suspended", say("webhooks.its-events-wait-until-it")))
        : rowButton(say("any.go-on"), name, () => turn("active", say("webhooks.what-waited-is-sent-now"))),
      rowButton(say("webhooks.new-secret"), name, () => confirmFirst(say("webhooks.a-new-secret"), say("webhooks.for-a-day-both-secrets"), say("webhooks.make-it"),
        () => act(async () => { await withSecret(say("webhooks.the-webhooks-new-secret"), await post(`${at}/rotate-secret`)); await again(); }))),
      rowButton(say("any.remove"), name, () => confirmFirst(say("webhooks.remove-the-webhook"), say("webhooks.hears-of-nothing-more-and", { name }), say("webhooks.remove-it"),
        () => act(async () => { await send("DELETE", at); notice(say("webhooks.the-webhook-is-removed")); await again(); })))));
}

let next = null, shown = null;

async function look(hook) {
  shown = hook;
  byId("deliveries-title").textContent = say("webhooks.deliveries-to", { name: nameOf(hook) });
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
    element("summary", {}, say("webhooks.event", { number: String(one.sequence) }), " ", one.type === null ? "" : element("code", {}, one.type), " ", stateBadge(one.state, deliveryStates), " ", say("webhooks.tries", { count: one.attempts })),
    list,
    one.dueAt && one.state === "waiting" ? element("p", { class: "hint" }, phrase("webhooks.next-try", { when: timeElement(one.dueAt) })) : null,
    element("p", { class: "buttons" }, rowButton(say("any.send-again"), say("webhooks.event-name", { number: String(one.sequence) }), () => attempt(byId("deliveries-part"), async () => {
      await send("POST", `${at}/replay`);
      notice(say("webhooks.it-is-sent-once-more"));
    }).then(isDone => isDone && more(true)))));
  row.addEventListener("toggle", () => {
    if (row.open) attempt(byId("deliveries-part"), async () => {
      const { attempts } = await get(`${at}/attempts`);
      list.replaceChildren(...attempts.length === 0 ? [element("li", { class: "calm" }, say("webhooks.not-tried-yet"))] : attempts.map(attemptOf));
    });
  });
  return row;
}

const attemptOf = one => element("li", {}, timeElement(one.startedAt), " ",
  one.status ? say("webhooks.answered-after-ms", { status: String(one.status), duration: one.durationMs }) : faults[one.fault] ?? say("webhooks.no-answer"));

byId("older").addEventListener("click", () => more(false));
byId("look-again").addEventListener("click", () => more(true));

/** Shows the webhooks; `again` loads the page's parts anew. */
export function paintWebhooks(webhooks, lines, again) {
  repaint(byId("hooks"), webhooks.length === 0 ? [element("li", { class: "calm" }, say("webhooks.none-nobody-is-told-by"))] : webhooks.map(hook => rowOf(hook, lines, again)));
  const make = byId("new-hook");
  make.onclick = () => edit(null, lines, again);
  make.disabled = false;
}
