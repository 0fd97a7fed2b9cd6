// SPDX-License-Identifier: Apache-2.0
// A practice's own lines and sites, what it uses of what it may, and its webhooks.
import { get, json } from "./api.js";
import { ask, states } from "./changes.js";
import { atOnce, attempt, byId, closers, element, facts, notice, repaint, rowButton, stateBadge, timeElement } from "./dom.js";
import { lineName } from "./lines.js";
import { retention } from "./retention.js";
import { noSite, paintSites, siteName } from "./sites.js";
import { paintWebhooks } from "./webhooks.js";

const main = byId("main"), dialog = byId("line");
const count = new Intl.NumberFormat();
const megabytes = octets => `${count.format(Math.round(octets / 1e6))} MB`;

function change(line, lines, sites) {
  byId("line-title").textContent = `Change ${lineName(line)}`;
  ask(dialog, fields => {
    fields.inbox.replaceChildren(...lines.map(one => element("option", { value: one.id }, one.id === line.id ? "Its own" : `That of ${lineName(one)}`)));
    fields.inbox.value = line.inbox;
    fields.site.replaceChildren(element("option", { value: noSite }, "None: the practice as a whole"),
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
    notice("The line is changed.");
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
    element("th", { scope: "row" }, line.name ?? "–"), element("td", { class: "number" }, line.number ?? "Erased"),
    element("td", {}, line.inbox === line.id ? "Its own" : `That of ${names.get(line.inbox) ?? "another line"}`),
    element("td", {}, line.site === null ? "–" : places.get(line.site) ?? "A site"),
    element("td", {}, stateBadge(line.state, states)),
    element("td", {}, element("span", { class: "buttons" },
      rowButton("Change", lineName(line), () => change(line, lines, sites)),
      line.state === "active" ? rowButton("Suspend", lineName(line), () => turn(line, "suspended", "Calls to it are refused before the answer; what is there stays."))
        : line.state === "suspended" ? rowButton("Open again", lineName(line), () => turn(line, "active", "It takes faxes again.")) : null)))));
}

async function load() {
  const [{ lines }, { sites }] = await Promise.all([get("/lines"), get("/sites")]);
  paintLines(lines, sites);
  paintSites(sites, lines, load);
}

async function usage() {
  const used = await get("/usage");
  facts(byId("usage"), [
    ["Pages kept", `${count.format(used.storedPages.used)} of ${count.format(used.storedPages.limit)}`],
    ["Room", `${megabytes(used.storedOctets.used)} of ${megabytes(used.storedOctets.limit)}`],
    ["Sent today", `${count.format(used.outgoingToday.used)} of ${count.format(used.outgoingToday.limit)}`],
    ["Counted anew", timeElement(used.outgoingResetsAt)],
  ]);
}

async function hooks() {
  const [{ lines }, { webhooks }] = await Promise.all([get("/lines"), get("/webhooks")]);
  paintWebhooks(webhooks, lines, hooks);
}

closers();
await atOnce(main, { lines: load, usage, "retention-words": retention, hooks });
