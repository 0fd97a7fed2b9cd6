// SPDX-License-Identifier: Apache-2.0
// The privacy officer's desk: who saw what, with proof.
import { follow, get, post, send, withQuery } from "./api.js";
import { ask, roleOf } from "./changes.js";
import { actOf, purposeOf } from "./disclosures.js";
import { attempt, byId, closers, element, facts, longTime, notice, saveFile, timeElement } from "./dom.js";
import { numeral, phrase, say } from "./words.js";

const review = byId("review");
const { items } = await get("/accounts/names").catch(() => ({ items: [] }));
const people = new Map(items.map(one => [one.id, one]));
const nameOf = (account, role) => people.get(account)?.name ? `${people.get(account).name} (${roleOf(people.get(account).role)})` : `${roleOf(role)} ${account.slice(0, 8)}`;

const save = (parts, type, name) => saveFile(new Blob(parts, { type }), name);

function useOf(one) {
  return element("li", {},
    element("p", {}, phrase("privacy.opened", {
      who: element("strong", {}, nameOf(one.account, "")), fax: element("a", { href: `/faxes/${one.fax}` }, say("privacy.a-fax")), when: timeElement(one.brokenAt),
      purpose: purposeOf(one),
    })),
    element("blockquote", {}, one.reason),
    one.reviewedAt
      ? element("p", { class: "calm" }, phrase("privacy.found", { who: nameOf(one.reviewedBy, ""), when: timeElement(one.reviewedAt), note: one.note }))
      : element("button", { type: "button", class: "primary", onclick: () => ask(review, () => {}, form => attempt(form, async () => {
        if (form.elements.note.value.trim() === "") throw new Error(say("privacy.write-down-what-you-found"));
        await post(`/break-glass/${one.id}/review`, { note: form.elements.note.value.trim() });
        review.close();
        notice(say("privacy.it-is-written-down"));
        await glass();
      })) }, say("privacy.write-down")));
}

async function glass() {
  const [waiting, done] = await Promise.all([get("/break-glass"), get("/break-glass?state=reviewed")]);
  byId("glass").replaceChildren(...waiting.uses.map(useOf));
  byId("glass-none").hidden = waiting.uses.length > 0;
  byId("reviewed").replaceChildren(...done.uses.map(useOf));
}

const results = { denied: say("privacy.denied"), failed: say("privacy.failed") };
let found = { fax: "", rows: [] };

byId("who").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  attempt(form, async () => {
    const fax = form.elements.fax.value.trim();
    if (!/^[0-9a-f-]{36}$/i.test(fax)) throw new Error(say("privacy.a-reference-has-36-characters", { example: "01a22758-e490-7150-bc58-10dddf7a4086" }));
    found = { fax, rows: [] };
    let after = 0;
    do {
      const answer = await get(withQuery(`/faxes/${fax}/disclosures`, { after: after || "" }));
      found.rows.push(...answer.disclosures);
      after = answer.next;
      byId("who-words").textContent = say("privacy.so-far", { count: found.rows.length });
    } while (after !== null);
    history.replaceState(null, "", withQuery("/privacy", { fax }));
    byId("who-words").textContent = found.rows.length === 0 ? say("privacy.the-ledger-tells-of-nobody")
      : say("privacy.disclosures-to", {
        disclosures: say("privacy.disclosures", { count: found.rows.length }),
        people: say("privacy.people", { count: new Set(found.rows.map(one => one.account)).size }),
      });
    byId("who-scroll").hidden = byId("who-csv").hidden = found.rows.length === 0;
    byId("who-rows").replaceChildren(...found.rows.map(one => element("tr", {},
      element("td", {}, timeElement(one.at)), element("td", {}, nameOf(one.account, one.role)),
      element("td", {}, actOf(one), one.result === "allowed" ? null : ` (${results[one.result] ?? one.result})`),
      element("td", {}, purposeOf(one), one.breakGlass ? [" ", element("strong", {}, say("any.with-broken-glass"))] : null), element("td", {}, one.address),
      element("td", {}, element("button", {
        type: "button", class: "quiet", "aria-label": say("privacy.proof-of-entry", { number: String(one.index) }), onclick: event => attempt(event.target.parentElement, async () => {
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
    [say("privacy.entries"), numeral(checkpoint.size)], [say("privacy.its-name"), checkpoint.origin], [say("privacy.root"), element("code", {}, checkpoint.rootHash)],
    [say("privacy.its-key"), element("code", {}, checkpoint.verifierKey)], [say("privacy.key-of-receipts"), element("code", {}, checkpoint.receiptsKey)],
  ]);
}
byId("checkpoint").addEventListener("click", () => {
  save([note], "text/plain", `checkpoint-${new Date().toISOString().slice(0, 10)}.txt`);
  notice(say("privacy.the-checkpoint-of-is-saved", { time: longTime(new Date()) }));
});

closers();
await attempt(byId("main"), async () => { await glass(); await ledger(); });
follow(told => { if (told.type === "fax.glass-broken") glass().catch(() => {}); }, () => glass().catch(() => {}));
const wanted = new URLSearchParams(location.search).get("fax");
if (wanted) { byId("who").elements.fax.value = wanted; byId("who").requestSubmit(); }
