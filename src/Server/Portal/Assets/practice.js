// SPDX-License-Identifier: Apache-2.0
// A practice's own lines and sites, what it uses of what it may, and its webhooks.
import { get, json } from "./api.js";
import { ask, states } from "./changes.js";
import { atOnce, attempt, byId, closers, element, facts, notice, repaint, rowButton, stateBadge, timeElement } from "./dom.js";
import { lineName, lines as linesOf } from "./lines.js";
import { retention } from "./retention.js";
import { noSite, paintSites, siteName } from "./sites.js";
import { paintWebhooks } from "./webhooks.js";
import { locale, numeral, say } from "./words.js";

const main = byId("main"), dialog = byId("line");
const room = new Intl.NumberFormat(locale, { style: "unit", unit: "megabyte" });
const megabytes = octets => room.format(Math.round(octets / 1e6));

function change(line, lines, sites) {
  byId("line-title").textContent = say("any.change-what", { name: lineName(line) });
  ask(dialog, fields => {
    fields.inbox.replaceChildren(...lines.map(one => element("option", { value: one.id }, one.id === line.id ? say("practice.its-own") : say("practice.that-of", { line: lineName(one) }))));
    fields.inbox.value = line.inbox;
    fields.site.replaceChildren(element("option", { value: noSite }, say("practice.none-the-practice-as-a")),
      ...sites.map(site => element("option", { value: site.id }, siteName(site))));
    fields.site.value = line.site ?? noSite;
    fields.name.value = line.name ?? "";
  }, form => attempt(form, async () => {
    const { name, inbox, site } = form.elements, body = {};
    if (name.value.trim() !== (line.name ?? "")) body.name = name.value.trim();
    if (inbox.value !== line.inbox) body.inbox = inbox.value;
    if (site.value !== (line.site ?? noSite)) body.site = site.value;
    if (Object.keys(body).length > 0) await json("PATCH", `/lines/${line.id}`, { body });
    dialog.close();
    notice(say("practice.the-line-is-changed"));
    await load();
  }));
}

const turn = (line, state, words) => attempt(main, async () => {
  await json("PATCH", `/lines/${line.id}`, { body: { state } });
  notice(words);
  await load();
});

function paintLines(lines, sites) {
  const names = new Map(lines.map(line => [line.id, lineName(line)])), places = new Map(sites.map(site => [site.id, siteName(site)]));
  repaint(byId("lines"), lines.map(line => element("tr", {},
    element("th", { scope: "row" }, line.name ?? "–"), element("td", { class: "number" }, line.number ?? say("any.erased")),
    element("td", {}, line.inbox === line.id ? say("practice.its-own") : say("practice.that-of", { line: names.get(line.inbox) ?? say("practice.another-line") })),
    element("td", {}, line.site === null ? "–" : places.get(line.site) ?? say("practice.a-site")),
    element("td", {}, stateBadge(line.state, states)),
    element("td", {}, element("span", { class: "buttons" },
      rowButton(say("any.change"), lineName(line), () => change(line, lines, sites)),
      line.state === "active" ? rowButton(say("any.suspend"), lineName(line), () => turn(line, "suspended", say("practice.calls-to-it-are-refused")))
        : line.state === "suspended" ? rowButton(say("any.open-again"), lineName(line), () => turn(line, "active", say("practice.it-takes-faxes-again"))) : null)))));
}

async function load(isNew = true) {
  const [lines, { sites }] = await Promise.all([linesOf({ isNew }), get("/sites")]);
  paintLines(lines, sites);
  paintSites(sites, lines, load);
}

async function usage() {
  const used = await get("/usage");
  facts(byId("usage"), [
    [say("practice.pages-kept"), say("any.so-many-of", { count: used.storedPages.used, all: used.storedPages.limit })],
    [say("practice.room"), say("any.so-many-of", { count: megabytes(used.storedOctets.used), all: megabytes(used.storedOctets.limit) })],
    [say("practice.sent-today"), say("any.so-many-of", { count: used.outgoingToday.used, all: used.outgoingToday.limit })],
    [say("practice.counted-anew"), timeElement(used.outgoingResetsAt)],
  ]);
}

async function hooks() {
  const [lines, { webhooks }] = await Promise.all([linesOf(), get("/webhooks")]);
  paintWebhooks(webhooks, lines, hooks);
}

closers();
await atOnce(main, { lines: () => load(false), usage, "retention-words": retention, hooks });
