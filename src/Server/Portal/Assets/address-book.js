// SPDX-License-Identifier: Apache-2.0
// Names for numbers: found, written, made sure of.
import { get, json, post, send, withQuery } from "./api.js";
import { attempt, byId, closers, element, longTime, may, notice, rowButton } from "./dom.js";
import { say } from "./words.js";

const filters = byId("filters"), entry = byId("entry"), verify = byId("verify");
const mayManage = may("address-book.manage");
const maySend = may("faxes.send");
byId("add").hidden = !mayManage;

let next = null, count = 0, open = null;

async function load(isNew) {
  const { name, number, group } = filters.elements;
  const answer = await get(withQuery("/address-book", {
    name: name.value.trim(), number: number.value.trim(), group: group.value.trim(), after: isNew ? "" : next, limit: 100,
  }));
  const rows = answer.entries.map(rowOf);
  if (isNew) { byId("entries").replaceChildren(...rows); count = 0; } else byId("entries").append(...rows);
  count += rows.length;
  next = answer.next;
  byId("more").hidden = next === null;
  byId("empty").hidden = count > 0;
  byId("empty").querySelector("h2").textContent = isFiltered() ? say("address-book.no-entry-fits") : say("address-book.no-entry-yet");
  byId("summary").textContent = next === null ? say("address-book.count", { count }) : say("address-book.more-than", { count });
}

const isFiltered = () => ["name", "number", "group"].some(name => filters.elements[name].value.trim() !== "");

function rowOf(one) {
  const name = one.name ?? say("any.erased");
  return element("tr", {},
    element("th", { scope: "row" }, name), element("td", { class: "number" }, one.number ?? ""),
    element("td", {}, one.groups.join(", ")),
    element("td", {}, one.verified
      ? element("span", { class: "badge good", title: longTime(one.verified.at) }, one.verified.how === "verified" ? say("address-book.a-person-made-sure") : say("address-book.given-twice"))
      : element("span", { class: "badge warn" }, say("address-book.not-yet")),
    one.stationId ? element("div", { class: "hint" }, say("address-book.answers-as", { station: one.stationId })) : null),
    element("td", {}, one.note ?? ""),
    element("td", {}, element("span", { class: "buttons" },
      maySend ? element("a", { class: "button quiet", href: `/send?entry=${one.id}`, "aria-label": say("address-book.send-to", { name }) }, say("any.send")) : null,
      mayManage ? rowButton(say("any.change"), name, () => edit(one)) : null,
      mayManage && one.verified?.how !== "verified" ? rowButton(say("address-book.make-sure"), name, () => makeSure(one)) : null,
      mayManage ? rowButton(say("any.remove"), name, () => remove(one)) : null)));
}

function edit(one) {
  open = one;
  const { name, number, groups, note } = entry.querySelector("form").elements;
  entry.querySelector(".fault").hidden = true;
  byId("entry-title").textContent = one ? say("address-book.change-the-entry") : say("address-book.new-entry");
  [name.value, number.value, groups.value, note.value] = [one?.name ?? "", one?.number ?? "", one?.groups.join(", ") ?? "", one?.note ?? ""];
  entry.showModal();
}
byId("add").addEventListener("click", () => edit(null));

entry.querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  const { name, number, groups, note } = event.target.elements;
  const body = {
    name: name.value, number: number.value, note: note.value || null,
    groups: groups.value.split(",").map(text => text.trim()).filter(text => text !== ""),
  };
  attempt(event.target, async () => {
    await (open ? json("PUT", `/address-book/${open.id}`, { body, headers: { "If-Match": `"${open.version}"` } }) : post("/address-book", body));
    entry.close();
    notice(open ? say("address-book.the-entry-is-changed") : say("address-book.the-entry-is-written"));
    await load(true);
  });
});

function makeSure(one) {
  open = one;
  verify.querySelector("form").reset();
  verify.querySelector(".fault").hidden = true;
  verify.showModal();
}
verify.querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  attempt(event.target, async () => {
    await post(`/address-book/${open.id}/verify`, { number: event.target.elements.number.value });
    verify.close();
    notice(say("address-book.it-is-written-down-that"));
    await load(true);
  });
});

function remove(one) {
  attempt(byId("main"), async () => {
    await send("DELETE", `/address-book/${one.id}`, { headers: { "If-Match": `"${one.version}"` } });
    const { name, number, note, groups } = one;
    notice(say("address-book.is-taken-out", { name: name ?? say("address-book.the-entry") }), { undo: () => attempt(byId("main"), async () => { await post("/address-book", { name, number, note, groups }); await load(true); }) });
    await load(true);
  });
}

closers();
byId("more").addEventListener("click", () => attempt(byId("main"), () => load(false)));
filters.addEventListener("submit", event => { event.preventDefault(); attempt(filters, () => load(true)); });
filters.addEventListener("reset", () => setTimeout(() => attempt(filters, () => load(true))));
await load(true).catch(failure => notice(failure.message, { isFault: true }));
