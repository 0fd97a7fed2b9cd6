// SPDX-License-Identifier: Apache-2.0
// A practice's places: made, changed, removed. What somebody else wrote meanwhile is shown before it is written over.
import { get, json, post, Refused, send } from "./api.js";
import { ask } from "./changes.js";
import { attempt, byId, element, notice, repaint, rowButton } from "./dom.js";
import { say } from "./words.js";

const dialog = byId("site");
/** What a line's site is that stands at none (RFC 9562 §5.9). */
export const noSite = "00000000-0000-0000-0000-000000000000";
export const siteName = site => site.name ?? say("any.erased");

byId("zones").append(...Intl.supportedValuesOf("timeZone").map(zone => element("option", { value: zone })));

const isStale = failure => failure instanceof Refused && failure.status === 412;
const match = site => ({ "If-Match": `"${site.version}"` });

const said = site => ({
  [say("any.name")]: site.name ?? say("sites.erased"), [say("any.time-zone")]: site.timeZone ?? say("sites.erased"),
  [say("any.senders-name")]: site.senderName || say("sites.practices-name"),
  [say("any.address")]: site.address.join(", ") || say("sites.none"), [say("any.telephone")]: site.phone || say("sites.the-lines-number"),
});

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** What of a site is another than it was, a line each. */
const changesOf = (was, now) => Object.entries(said(now)).filter(([field, words]) => said(was)[field] !== words).map(([field, words]) => `${field}: ${words}`).join("\n");

// What stands there now, and what to do about it; null if it is gone.
async function seeAgain(site) {
  try { return await get(`/sites/${site.id}`); } catch (failure) {
    if (failure instanceof Refused && failure.status === 404) return null;
    throw failure;
  }
}

function edit(site, again) {
  let open = site;
  byId("site-title").textContent = site ? say("any.change-what", { name: siteName(site) }) : say("sites.new-site");
  ask(dialog, fields => {
    fields.name.value = site?.name ?? "";
    fields.timeZone.value = site ? site.timeZone ?? "" : Intl.DateTimeFormat().resolvedOptions().timeZone;
    fields.senderName.value = site?.senderName ?? "";
    fields.address.value = site?.address.join("\n") ?? "";
    fields.phone.value = site?.phone ?? "";
  }, form => attempt(form, async () => {
    const { name, timeZone, senderName, address, phone } = form.elements;
    const written = {
      name: name.value.trim(), timeZone: timeZone.value.trim(), senderName: senderName.value.trim(),
      address: address.value.split("\n").map(line => line.trim()).filter(line => line !== ""), phone: phone.value.trim(),
    };
    // Of a site that is there only what was changed here: another's change of another field stays.
    const body = open ? Object.fromEntries(Object.entries(written).filter(([field, value]) => !isSame(value, site[field]))) : written;
    try {
      if (!open) await post("/sites", body);
      else if (Object.keys(body).length > 0) await json("PATCH", `/sites/${open.id}`, { body, headers: match(open) });
    } catch (failure) {
      if (!open || !(isStale(failure) || failure.status === 404)) throw failure;
      const was = open;
      open = await seeAgain(open);
      throw new Error(open
        ? say("sites.changed-since-opened", { changes: changesOf(was, open) })
        : say("sites.somebody-removed-this-site-since"));
    }
    dialog.close();
    notice(site ? say("sites.the-site-is-changed-the") : say("sites.the-site-is-there-each"));
    await again();
  }));
}

const remove = (site, again) => attempt(byId("main"), async () => {
  try {
    await send("DELETE", `/sites/${site.id}`, { headers: match(site) });
  } catch (failure) {
    if (!isStale(failure)) throw failure;
    await again();
    throw new Error(say("sites.changed-since-shown"));
  }
  const { name, timeZone, senderName, address, phone } = site;
  notice(say("sites.is-removed", { name: siteName(site) }), {
    undo: name === null ? null : () => attempt(byId("main"), async () => { await post("/sites", { name, timeZone, senderName, address, phone }); await again(); }),
  });
  await again();
});

/** Shows the sites, and how many lines stand at each; `again` loads the page's parts anew. */
export function paintSites(sites, lines, again) {
  byId("sites-none").hidden = sites.length > 0;
  repaint(byId("sites"), sites.map(site => element("tr", {},
    element("th", { scope: "row" }, siteName(site)), element("td", {}, site.timeZone ?? "–"), element("td", {}, site.senderName || say("sites.of-the-practice")),
    element("td", {}, site.address.map(line => element("div", {}, line))), element("td", { class: "number" }, site.phone || say("sites.the-lines")),
    element("td", {}, say("sites.lines", { count: lines.filter(line => line.site === site.id).length })),
    element("td", {}, element("span", { class: "buttons" },
      rowButton(say("any.change"), siteName(site), () => edit(site, again)), rowButton(say("any.remove"), siteName(site), () => remove(site, again)))))));
  const make = byId("new-site");
  make.onclick = () => edit(null, again);
  make.disabled = false;
}
