// SPDX-License-Identifier: Apache-2.0
// A practice's places: made, changed, removed. What somebody else wrote meanwhile is shown before it is written over.
import { get, json, post, Refused, send } from "./api.js";
import { ask } from "./changes.js";
import { attempt, byId, element, notice, plural, repaint, rowButton } from "./dom.js";

const dialog = byId("site");
/** What a line's site is that stands at none (RFC 9562 §5.9). */
export const noSite = "00000000-0000-0000-0000-000000000000";
export const siteName = site => site.name ?? "Erased";

byId("zones").append(...Intl.supportedValuesOf("timeZone").map(zone => element("option", { value: zone })));

const isStale = failure => failure instanceof Refused && failure.status === 412;
const match = site => ({ "If-Match": `"${site.version}"` });

const said = site => ({
  "Name": site.name ?? "erased", "Time zone": site.timeZone ?? "erased", "Sender’s name": site.senderName || "the practice’s",
  "Address": site.address.join(", ") || "none", "Telephone": site.phone || "the line’s number",
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
  byId("site-title").textContent = site ? `Change ${siteName(site)}` : "New site";
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
        ? `Somebody changed this site since you opened it. It now says:\n${changesOf(was, open)}\nWhat you typed is still here: save again to write what you changed over that.`
        : "Somebody removed this site since you opened it. What you typed is still here: save again to make it anew.");
    }
    dialog.close();
    notice(site ? "The site is changed: the next page that is sent says so." : "The site is there. Each line’s “Change” puts it there.");
    await again();
  }));
}

const remove = (site, again) => attempt(byId("main"), async () => {
  try {
    await send("DELETE", `/sites/${site.id}`, { headers: match(site) });
  } catch (failure) {
    if (!isStale(failure)) throw failure;
    await again();
    throw new Error("Somebody changed this site since it was shown here. Look at it again: it stays until you remove it as it is now.");
  }
  const { name, timeZone, senderName, address, phone } = site;
  notice(`${siteName(site)} is removed.`, {
    undo: name === null ? null : () => attempt(byId("main"), async () => { await post("/sites", { name, timeZone, senderName, address, phone }); await again(); }),
  });
  await again();
});

/** Shows the sites, and how many lines stand at each; `again` loads the page's parts anew. */
export function paintSites(sites, lines, again) {
  byId("sites-none").hidden = sites.length > 0;
  repaint(byId("sites"), sites.map(site => element("tr", {},
    element("th", { scope: "row" }, siteName(site)), element("td", {}, site.timeZone ?? "–"), element("td", {}, site.senderName || "The practice’s"),
    element("td", {}, site.address.map(line => element("div", {}, line))), element("td", { class: "number" }, site.phone || "The line’s"),
    element("td", {}, plural(lines.filter(line => line.site === site.id).length, "line", "lines")),
    element("td", {}, element("span", { class: "buttons" },
      rowButton("Change", siteName(site), () => edit(site, again)), rowButton("Remove", siteName(site), () => remove(site, again)))))));
  const make = byId("new-site");
  make.onclick = () => edit(null, again);
  make.disabled = false;
}
