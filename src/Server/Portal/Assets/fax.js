// SPDX-License-Identifier: Apache-2.0
// One fax: its pages one by one, the next one fetched while this one is read. Every page that is fetched is a disclosure in the ledger,
// the next page and the small pictures too.
import { atSessionEnd } from "./again.js";
import { follow, get, post, Refused, send } from "./api.js";
import { roleOf } from "./changes.js";
import { actOf } from "./disclosures.js";
import { attempt, byId, element, facts, may, notice, remoteOf, saveFile, stateBadge, timeElement } from "./dom.js";
import { HandlingPanel } from "./handling.js";
import { lineNames } from "./lines.js";
import { originLink, partLinks } from "./parts.js";
import { paint, picture, smallPictures, squeezeOf } from "./sheet.js";
import { say } from "./words.js";

const seenAgainMs = 2000; // our choice: two checkpoints of the ledger
const id = location.pathname.split("/").at(-1);
const stage = byId("stage"), sheet = byId("sheet"), words = byId("stage-words");
const held = 3; // pages in memory: the one on screen and its neighbours

// Asked for beside the pages, not behind them.
const names = lineNames();
names.catch(() => {});

const panel = new HandlingPanel(async () => { detail = await get(`/faxes/${id}`); return detail.fax; });
let isByGlass = false;
let detail = null, page = 1, quarters = 0, zoom = null, fit = "page";
const pictures = new Map();

function fetchPage(number) {
  if (!pictures.has(number)) {
    const bitmap = picture(`/faxes/${id}/pages/${number}`);
    bitmap.catch(() => pictures.delete(number));
    pictures.set(number, bitmap);
  }
  return pictures.get(number);
}

function forget() {
  for (const [number, bitmap] of pictures) {
    if (pictures.size <= held || Math.abs(number - page) <= 1) continue;
    pictures.delete(number);
    bitmap.then(one => one.close(), () => {});
  }
}

async function show() {
  const wanted = page;
  byId("page").value = String(page);
  byId("previous").disabled = page <= 1;
  byId("next").disabled = page >= detail.pages.length;
  for (const [index, item] of [...byId("thumbnails").children].entries()) {
    const isHere = index === page - 1;
    item.firstElementChild.setAttribute("aria-current", isHere ? "page" : "false");
    if (isHere) item.scrollIntoView({ block: "nearest" });
  }
  stage.setAttribute("aria-busy", "true");
  try {
    const bitmap = await fetchPage(wanted);
    if (wanted !== page) return;
    draw(bitmap);
    words.textContent = "";
    forget();
    if (page < detail.pages.length) fetchPage(page + 1).catch(() => {});
  } catch (failure) {
    if (wanted !== page) return;
    sheet.width = sheet.height = 0;
    words.textContent = failure instanceof TypeError ? say("fax.the-server-cant-be-reached") : failure.message;
  } finally {
    stage.removeAttribute("aria-busy");
  }
}

function draw(bitmap) {
  const squeeze = squeezeOf(detail.pages[page - 1]);
  const [wide, high] = quarters % 2 === 0 ? [bitmap.width, bitmap.height * squeeze] : [bitmap.height * squeeze, bitmap.width];
  if (fit !== null) {
    const room = [stage.clientWidth - 24, stage.clientHeight - 24];
    zoom = Math.max(0.05, fit === "page" ? Math.min(room[0] / wide, room[1] / high) : room[0] / wide);
  }
  // As many pels as the screen has for it: painting more and letting the browser shrink them is slower, and harder to read.
  paint(sheet, bitmap, { quarters, squeeze, width: Math.max(1, Math.round(bitmap.width * Math.min(1, zoom * devicePixelRatio))) });
  sheet.style.width = `${Math.round(wide * zoom)}px`;
  sheet.style.height = `${Math.round(high * zoom)}px`;
  sheet.setAttribute("aria-label", say("any.page-of", { page, pages: detail.pages.length }));
  byId("zoom").textContent = say("fax.zoom", { percent: Math.round(zoom * 100) });
}

async function redraw() {
  if (pictures.has(page)) draw(await pictures.get(page));
}

function turnTo(number) {
  if (!detail || !(number >= 1 && number <= detail.pages.length) || number === page) { byId("page").value = String(page); return; }
  page = number;
  stage.scrollTo(0, 0);
  show();
}

function resize(factor) {
  fit = null;
  zoom = Math.min(4, Math.max(0.1, zoom * factor));
  redraw();
}

const acts = {
  previous: () => turnTo(page - 1), next: () => turnTo(page + 1), in: () => resize(1.25), out: () => resize(0.8),
  fit: () => { fit = "page"; redraw(); }, width: () => { fit = "width"; redraw(); },
  rotate: () => { quarters = (quarters + 1) % 4; redraw(); }, print: () => printAll(),
};
for (const [name, act] of Object.entries(acts)) byId(name).addEventListener("click", act);
byId("page").addEventListener("change", () => turnTo(Number.parseInt(byId("page").value, 10)));

const keys = {
  ArrowRight: "next", ArrowLeft: "previous", PageDown: "next", PageUp: "previous", "+": "in", "=": "in", "-": "out",
  f: "fit", w: "width", r: "rotate", p: "print",
};
addEventListener("keydown", event => {
  if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")
      || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") location.assign("/inbox");
  else if (event.key === "Home") turnTo(1);
  else if (event.key === "End") turnTo(detail?.pages.length);
  else if (event.key in keys) acts[keys[event.key]]();
  else return;
  event.preventDefault();
});
addEventListener("resize", () => { if (fit !== null) redraw(); });

// Prints all pages, each with the mark; a print is a disclosure of each page like a look.
async function printAll() {
  const area = byId("print-area");
  await attempt(byId("viewer"), async () => {
    for (let number = 1; number <= detail.pages.length; number++) {
      words.textContent = say("fax.getting-page-of-for-the", { page: number, pages: detail.pages.length });
      const canvas = element("canvas");
      const bitmap = await fetchPage(number);
      paint(canvas, bitmap, { squeeze: squeezeOf(detail.pages[number - 1]), quarters: bitmap.width > bitmap.height * squeezeOf(detail.pages[number - 1]) ? 1 : 0 });
      area.append(canvas);
      forget();
    }
    words.textContent = "";
    print();
  });
  words.textContent = "";
  area.replaceChildren();
}

byId("download").addEventListener("click", () => attempt(byId("viewer"), async () => {
  const response = await send("GET", `/faxes/${id}/document`, { headers: { Accept: "application/pdf" } });
  saveFile(await response.blob(), `fax-${id}.pdf`);
  notice(say("fax.the-whole-fax-is-downloaded"));
}));

function thumbnails() {
  const list = byId("thumbnails"), seen = smallPictures(id, 160, list);
  list.replaceChildren(...detail.pages.map(one => {
    const item = element("li", { "data-page": one.number },
      element("button", { type: "button", "aria-label": say("any.page", { page: one.number }), onclick: () => turnTo(one.number) },
        element("canvas", { "aria-hidden": "true" }), element("span", {}, String(one.number))));
    seen.observe(item);
    return item;
  }));
  list.hidden = detail.pages.length < 2;
}

// What can be done with it by who may send; and by who may handle what came in.
function actions({ fax, pages }) {
  byId("split").hidden = !(may("faxes.handle") && fax.direction === "inbound" && ["received", "partial"].includes(fax.state) && pages.length > 1);
  byId("split").href = `/faxes/${id}/split`;
  const isOurs = may("faxes.send") && fax.state !== "erased";
  const links = { reply: [`/send?reply=${id}`, fax.direction === "inbound" && fax.remoteNumber], forward: [`/send?forward=${id}`, pages.length > 0], write: [`/faxes/${id}/copy`, pages.length > 0] };
  for (const [name, [path, is]] of Object.entries(links)) {
    byId(name).hidden = !isOurs || !is;
    byId(name).href = path;
  }
}

async function tell() {
  const { fax, call } = detail;
  actions(detail);
  byId("title").textContent = fax.direction === "inbound" ? say("fax.fax-from", { remote: remoteOf(fax) }) : say("any.fax-to", { remote: remoteOf(fax) });
  const bad = detail.pages.filter(one => one.badRows > 0).length;
  facts(byId("facts"), [
    [say("any.state"), stateBadge(fax.state)],
    [say("fax.split-into"), partLinks(fax.splitInto)],
    [say("fax.split-off"), fax.splitFrom && originLink(fax.splitFrom)],
    [say("fax.came"), timeElement(fax.begunAt)],
    [say("any.pages-title"), fax.pages === fax.pagesConfirmed ? String(fax.pages) : say("fax.of-which-confirmed", { pages: fax.pages, confirmed: fax.pagesConfirmed })],
    [say("fax.damaged"), bad > 0 ? say("fax.page-has-rows-that-came", { count: bad }) : null],
    [say("any.line"), (await names).get(fax.line)],
    [say("any.number"), fax.remoteNumber],
    [say("fax.calls-itself"), fax.stationId],
    [say("fax.call"), call?.rateBps
      && (call.ecm ? say("fax.bit-s-error-correction", { rate: call.rateBps }) : say("any.rate", { rate: call.rateBps }))],
    [say("any.reference"), fax.id],
  ]);
  await panel.show(fax);
}

async function about() {
  await tell();
  if (!may("ledger.read")) return;
  await seenBy();
  // What was seen just now, by this page too, is among the ledger's entries within a second.
  setTimeout(() => seenBy().catch(() => {}), seenAgainMs);
}

async function seenBy() {
  const { disclosures } = await get(`/faxes/${id}/disclosures`);
  byId("seen").hidden = false;
  byId("seen-list").replaceChildren(...disclosures.map(one => element("li", {},
    timeElement(one.at), ` ${roleOf(one.role)} ${one.account.slice(0, 8)}: ${actOf(one)}`,
    one.breakGlass ? [" ", element("strong", {}, say("any.with-broken-glass"))] : null)));
}

async function open() {
  try {
    detail = await get(`/faxes/${id}`);
  } catch (failure) {
    if (!(failure instanceof Refused) || failure.status !== 404) throw failure;
    byId("title").textContent = say("any.not-there");
    words.textContent = say("any.not-there-why");
    byId("glass").hidden = !may("break-glass.use");
    for (const button of document.querySelectorAll(".tools button, .tools input")) button.disabled = true;
    return;
  }
  byId("glass").hidden = true;
  for (const button of document.querySelectorAll(".tools button, .tools input")) button.disabled = false;
  byId("pages").textContent = String(detail.pages.length);
  if (detail.pages.length > 0) { thumbnails(); await show(); } else {
    words.textContent = detail.fax.state === "erased" ? say("fax.its-keys-were-destroyed-nobody")
      : say("any.no-page-kept");
  }
  // Whoever has seen a page of his own inbox has opened the fax; the event that says so may have come before anybody listened.
  if (!isByGlass && sheet.width > 0 && detail.fax.handling?.state === "new") detail.fax.handling.state = "open";
  await about();
}

byId("break").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  attempt(form, async () => {
    await post(`/faxes/${id}/break-glass`, { reason: form.elements.reason.value });
    isByGlass = true;
    await open();
  });
});

function putAway() {
  for (const bitmap of pictures.values()) bitmap.then(one => one.close(), () => {});
  pictures.clear();
  sheet.width = sheet.height = 0;
}
addEventListener("pagehide", putAway);

const typed = [byId("note-form").elements.text, byId("tag-form").elements.tag, byId("break").elements.reason];
atSessionEnd({
  isTyped: () => typed.some(field => field.value.trim() !== ""),
  blank: () => {
    putAway();
    detail = null;
    for (const part of ["title", "facts", "thumbnails", "tags", "notes", "seen-list"]) byId(part).replaceChildren();
  },
  restore: () => open().then(() => panel.refreshNotes()).catch(failure => notice(failure.message, { isFault: true })),
});

// What others do with it meanwhile: the fax anew, and its notes.
let isHearing = false;
follow(async told => {
  if (told.fax !== id || told.type !== "fax.handling-changed" || isHearing || detail === null) return;
  isHearing = true;
  try {
    const notes = detail.fax.handling?.notes;
    detail = await get(`/faxes/${id}`);
    await tell();
    if (detail.fax.handling?.notes !== notes) await panel.refreshNotes();
  } catch { /* the next change or look says it */ } finally { isHearing = false; }
});

await open().catch(failure => notice(failure.message, { isFault: true }));
