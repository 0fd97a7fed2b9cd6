// SPDX-License-Identifier: Apache-2.0
// The privacy officer's desk: who saw what, with proof.
import { follow, get, post, send, withQuery } from "./api.js";
import { ask, roleOf } from "./changes.js";
import { attempt, byId, closers, element, facts, longTime, notice, plural, saveFile, timeElement } from "./dom.js";

const review = byId("review");
const { items } = await get("/accounts/names").catch(() => ({ items: [] }));
const people = new Map(items.map(one => [one.id, one]));
const nameOf = (account, role) => people.get(account)?.name ? `${people.get(account).name} (${roleOf(people.get(account).role)})` : `${role || "Program"} ${account.slice(0, 8)}`;

const save = (parts, type, name) => saveFile(new Blob(parts, { type }), name);

function useOf(one) {
  return element("li", {},
    element("p", {}, element("strong", {}, nameOf(one.account, "")), " opened ", element("a", { href: `/faxes/${one.fax}` }, "a fax"), " ", timeElement(one.brokenAt), ` for ${one.purpose}:`),
    element("blockquote", {}, one.reason),
    one.reviewedAt
      ? element("p", { class: "calm" }, `${nameOf(one.reviewedBy, "")} found `, timeElement(one.reviewedAt), `: ${one.note}`)
      : element("button", { type: "button", class: "primary", onclick: () => ask(review, () => {}, form => attempt(form, async () => {
        if (form.elements.note.value.trim() === "") throw new Error("Write down what you found.");
        await post(`/break-glass/${one.id}/review`, { note: form.elements.note.value.trim() });
        review.close();
        notice("It is written down.");
        await glass();
      })) }, "Write down what you found"));
}

async function glass() {
  const [waiting, done] = await Promise.all([get("/break-glass"), get("/break-glass?state=reviewed")]);
  byId("glass").replaceChildren(...waiting.uses.map(useOf));
  byId("glass-none").hidden = waiting.uses.length > 0;
  byId("reviewed").replaceChildren(...done.uses.map(useOf));
}

let found = { fax: "", rows: [] };
const acts = { page: "Saw page", thumbnail: "Saw a small picture of page", list: "Saw its number in a list", export: "Took all of it as a file", delivery: "Sent it on" };

byId("who").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  attempt(form, async () => {
    const fax = form.elements.fax.value.trim();
    if (!/^[0-9a-f-]{36}$/i.test(fax)) throw new Error("A reference has 36 characters, as in 01a22758-e490-7150-bc58-10dddf7a4086.");
    found = { fax, rows: [] };
    let after = 0;
    do {
      const answer = await get(withQuery(`/faxes/${fax}/disclosures`, { after: after || "" }));
      found.rows.push(...answer.disclosures);
      after = answer.next;
      byId("who-words").textContent = `${plural(found.rows.length, "disclosure", "disclosures")} so far`;
    } while (after !== null);
    history.replaceState(null, "", withQuery("/privacy", { fax }));
    byId("who-words").textContent = found.rows.length === 0 ? "The ledger tells of nobody who saw it."
      : `${plural(found.rows.length, "disclosure", "disclosures")} to ${plural(new Set(found.rows.map(one => one.account)).size, "person or program", "people or programs")}`;
    byId("who-scroll").hidden = byId("who-csv").hidden = found.rows.length === 0;
    byId("who-rows").replaceChildren(...found.rows.map(one => element("tr", {},
      element("td", {}, timeElement(one.at)), element("td", {}, nameOf(one.account, one.role)),
      element("td", {}, `${acts[one.act] ?? one.act}${one.page ? ` ${one.page}` : ""}`, one.result === "allowed" ? null : ` (${one.result})`),
      element("td", {}, one.purpose, one.breakGlass ? element("strong", {}, " with broken glass") : null), element("td", {}, one.address),
      element("td", {}, element("button", {
        type: "button", class: "quiet", "aria-label": `Proof of entry ${one.index}`, onclick: event => attempt(event.target.parentElement, async () => {
          const response = await send("GET", `/ledger/entries/${one.index}/proof`, { headers: { Accept: "*/*" } });
          save([await response.blob()], "text/plain", `entry-${one.index}.tlog-proof`);
        }),
      }, String(one.index))))));
  });
});

// RFC 4180; a field that a spreadsheet would run as a formula begins with an apostrophe.
const cell = text => `"${String(text ?? "").replace(/^([=+\-@\t\r])/, "'$1").replaceAll('"', '""')}"`;
byId("who-csv").addEventListener("click", () => save(
  [["entry,at,account,name,role,act,page,purpose,breakGlass,address,result", ...found.rows.map(one => [one.index, one.at, one.account, people.get(one.account)?.name, one.role, one.act, one.page,
    one.purpose, one.breakGlass, one.address, one.result].map(cell).join())].join("\r\n")], "text/csv", `disclosures-${found.fax}.csv`));

let note = "";
async function ledger() {
  const checkpoint = await get("/ledger/checkpoint");
  note = checkpoint.note;
  facts(byId("ledger"), [
    ["Entries", new Intl.NumberFormat().format(checkpoint.size)], ["Its name", checkpoint.origin], ["Root", element("code", {}, checkpoint.rootHash)],
    ["Its key", element("code", {}, checkpoint.verifierKey)], ["Key of receipts", element("code", {}, checkpoint.receiptsKey)],
  ]);
}
byId("checkpoint").addEventListener("click", () => {
  save([note], "text/plain", `checkpoint-${new Date().toISOString().slice(0, 10)}.txt`);
  notice(`The checkpoint of ${longTime(new Date())} is saved.`);
});

closers();
await attempt(byId("main"), async () => { await glass(); await ledger(); });
follow(told => { if (told.type === "fax.glass-broken") glass().catch(() => {}); }, () => glass().catch(() => {}));
const wanted = new URLSearchParams(location.search).get("fax");
if (wanted) { byId("who").elements.fax.value = wanted; byId("who").requestSubmit(); }
