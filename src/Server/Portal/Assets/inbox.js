// SPDX-License-Identifier: Apache-2.0
// The faxes that came, live: what is heard of over the events is put in its place without a reload; and what people do with them.
import { follow, get, isOfSending, withQuery } from "./api.js";
import { byId, element, notice, onScreen, remoteOf, stateBadge, timeElement } from "./dom.js";
import { changeMany, handlingLine, knowNames, mayHandle, people, undoable, undoLast } from "./handling.js";
import { lineName, lineNames, lines } from "./lines.js";
import { partLine } from "./parts.js";
import { WindowList } from "./window-list.js";
import { say } from "./words.js";

const rowPx = 44;           // as .grid-row is high in portal.css
const rowsFirst = 30;       // a screen and what is kept beyond it: soon there
const rowsAtOnce = 100;     // half of what the API gives at most: one disclosure each
const singly = 5;           // so many new faxes are fetched one by one; more come with the list's head
const chosenMax = 500;      // as the API takes at once

const me = document.body.dataset.account;
const filters = byId("filters"), frame = byId("list"), empty = byId("empty"), bulk = byId("bulk"), fold = byId("fold");
// Filters stand in the address, so that a link, a reload and "back" show the same list. A tag may be about a patient: behind the # it does
// not leave the browser.
const inQuery = ["handling", "assignee", "line", "state", "since"], filterNames = [...inQuery, "tag"];
const wanted = new URLSearchParams(location.search);
for (const field of inQuery) filters.elements[field].value = wanted.get(field) ?? "";
filters.elements.tag.value = new URLSearchParams(location.hash.slice(1)).get("tag") ?? "";

// Faxes are asked for at once: what lines and people are called comes once they are on screen.
let names = new Map(), isNamed = false;

async function learnNames() {
  const [there, who] = await Promise.all([lines(), people(), knowNames()]);
  names = await lineNames();
  for (const line of there) filters.elements.line.append(element("option", { value: line.id }, lineName(line)));
  for (const one of who) if (one.id !== me) filters.elements.assignee.append(element("option", { value: one.id }, one.name));
  for (const field of ["line", "assignee"]) filters.elements[field].value = wanted.get(field) ?? "";
  isNamed = true;
}

let faxes = [], next = null, asked = 0, isAsking = false, changed = new Set();
const chosen = new Set();
let lastChosen = null;

const list = new WindowList({
  frame, rows: byId("rows"), rowPx,
  cells: fax => [
    element("span", { role: "gridcell" }, element("input", {
      type: "checkbox", tabindex: -1, "aria-label": say("inbox.choose-the-fax-from", { remote: remoteOf(fax) }), disabled: !mayHandle,
      checked: chosen.has(fax.id), onclick: event => { choose(fax, event.shiftKey); frame.focus({ preventScroll: true }); },
    })),
    element("span", { role: "gridcell", class: "who" }, element("a", { href: `/faxes/${fax.id}`, tabindex: -1 }, remoteOf(fax))),
    element("span", { role: "gridcell", class: "number" }, pagesOf(fax)),
    element("span", { role: "gridcell" }, tagsOf(fax)),
    element("span", { role: "gridcell", class: "handling" }, handlingLine(fax.handling)),
    element("span", { role: "gridcell" }, stateBadge(fax.state)),
    element("span", { role: "gridcell", class: "line" }, names.get(fax.line) ?? ""),
    element("span", { role: "gridcell", class: "when" }, timeElement(fax.receivedAt ?? fax.begunAt)),
  ],
  kind: fax => fax.handling?.state ?? "",
  isChosen: fax => chosen.has(fax.id),
  open: (fax, event) => {
    if (event.shiftKey && event.type === "click") choose(fax, true); else location.assign(`/faxes/${fax.id}`);
  },
  more: () => load(false),
});

// What was confirmed is less than what is there when the call broke in a page that the sender will send again.
const pagesOf = fax => fax.state === "partial" ? say("inbox.confirmed", { count: fax.pagesConfirmed }) : String(fax.pages);

function tagsOf(fax) {
  const { handling } = fax, part = partLine(fax);
  const tags = (handling?.tags ?? []).map(tag => element("span", { class: "tag" }, tag));
  const notes = handling?.notes > 0 ? [say("inbox.notes", { count: handling.notes })] : [];
  return [...tags, ...notes, ...part === null ? [] : [" ", part]];
}

// Lines and people can be chosen only once they are known.
const valueOf = field => (isNamed || !["line", "assignee"].includes(field) ? filters.elements[field].value : wanted.get(field) ?? "").trim();

function query(more) {
  return withQuery("/faxes", {
    direction: "inbound", limit: rowsAtOnce, ...Object.fromEntries(filterNames.map(field => [field, valueOf(field)])),
    since: valueOf("since") && new Date(`${valueOf("since")}T00:00`).toISOString(), ...more,
  });
}

async function load(isNew) {
  if (isAsking && !isNew) return;
  isAsking = true;
  const mine = ++asked;
  if (isNew) changed = new Set();
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await get(query(isNew || next === null ? { limit: rowsFirst } : { cursor: next }));
    if (mine !== asked) return;
    faxes = isNew ? answer.faxes : [...faxes, ...answer.faxes];
    if (isNew) { changed.forEach(id => heard.add(id)); hear(); }
    next = answer.next;
    draw();
  } catch (failure) {
    if (mine === asked && !(failure instanceof TypeError)) notice(failure.message, { isFault: true });
    if (failure instanceof TypeError) setTimeout(() => load(isNew), 3000);
  } finally {
    if (mine === asked) { isAsking = false; frame.removeAttribute("aria-busy"); }
  }
}

function draw() {
  const shown = new Set(faxes.map(fax => fax.id));
  for (const id of chosen) if (!shown.has(id)) chosen.delete(id);
  list.show(faxes, next !== null);
  empty.hidden = faxes.length > 0;
  const set = filterNames.filter(field => valueOf(field) !== "").length;
  empty.querySelector("h2").textContent = set > 0 ? say("inbox.no-fax-fits-this-filter") : say("inbox.nothing-has-come-yet");
  fold.textContent = set > 0 ? say("inbox.filters-set", { count: set }) : say("inbox.filters");
  bulk.classList.toggle("needed", chosen.size > 0);
  byId("chosen").textContent = chosen.size === 0 ? say("inbox.none-chosen") : say("inbox.so-many-chosen", { count: chosen.size });
  for (const button of bulk.querySelectorAll("button")) button.disabled = chosen.size === 0;
}

let isCounting = false;

// What waits, once and calmly: no number blinks, and many events make one question.
async function count() {
  if (isCounting) return;
  isCounting = true;
  await new Promise(resolve => setTimeout(resolve, 200));
  isCounting = false;
  try {
    const waits = await get("/inboxes/counts");
    const words = waits.new + waits.open === 0 ? say("inbox.nothing-waits")
      : waits.mine > 0 ? say("inbox.waiting-and-yours", { fresh: waits.new, open: waits.open, mine: waits.mine })
        : say("inbox.waiting", { fresh: waits.new, open: waits.open });
    if (byId("waiting").textContent !== words) byId("waiting").textContent = words;
  } catch { /* the list says what is wrong */ }
}

const fits = fax => fax.direction === "inbound" && fax.state !== "superseded"
  && (valueOf("line") === "" || fax.line === valueOf("line"))
  && (valueOf("state") === "" || fax.state === valueOf("state"))
  && (valueOf("handling") === "" || fax.handling?.state === valueOf("handling"))
  && (valueOf("assignee") === "" || (fax.handling?.assignee ?? "nobody") === (valueOf("assignee") === "me" ? me : valueOf("assignee")))
  && (valueOf("tag") === "" || (fax.handling?.tags ?? []).some(tag => tag.toUpperCase() === valueOf("tag").toUpperCase()))
  && (valueOf("since") === "" || new Date(fax.begunAt) >= new Date(`${valueOf("since")}T00:00`));

// Puts a fax where it belongs, newest first; takes it out if it does not fit any more.
function place(fax) {
  const index = faxes.findIndex(one => one.id === fax.id);
  if (index >= 0) faxes.splice(index, 1);
  if (!fits(fax)) return;
  const at = faxes.findIndex(one => one.begunAt < fax.begunAt || (one.begunAt === fax.begunAt && one.id < fax.id));
  if (at >= 0) faxes.splice(at, 0, fax);
  else if (next === null) faxes.push(fax);
}

let heard = new Set(), isHearing = false;

// One question at a time: an answer that overtook another would put back what is over. What is heard meanwhile is asked for together.
async function hear() {
  if (isHearing) return;
  isHearing = true;
  while (heard.size > 0) {
    const ids = [...heard];
    heard = new Set();
    try { await learn(ids); } catch { await load(true); }
  }
  isHearing = false;
}

async function learn(ids) {
  const some = ids.length <= singly
    ? (await Promise.all(ids.map(id => get(`/faxes/${id}`).then(answer => answer.fax, gone)))).filter(fax => fax !== null)
    : (await get(query({}))).faxes;
  // Many changed at once, further down than what was asked for: all of it anew.
  if (ids.length > singly && ids.some(id => faxes.some(fax => fax.id === id) && !some.some(fax => fax.id === id))) { await load(true); return; }
  const first = faxes[0]?.id, height = frame.scrollTop, before = faxes.length;
  some.forEach(place);
  // Who reads further down stays where he reads.
  if (height > 0 && faxes[0]?.id !== first) frame.scrollTop = height + (faxes.length - before) * rowPx;
  draw();
}

// A fax of an inbox that is not ours is not there.
const gone = failure => { if (failure.status === 404) return null; throw failure; };

function choose(fax, isRange) {
  if (!mayHandle) return;
  const to = faxes.findIndex(one => one.id === fax.id), from = faxes.findIndex(one => one.id === lastChosen);
  if (isRange && from >= 0) for (const one of faxes.slice(Math.min(from, to), Math.max(from, to) + 1)) chosen.add(one.id);
  else if (!chosen.delete(fax.id)) chosen.add(fax.id);
  lastChosen = fax.id;
  if (chosen.size > chosenMax) {
    for (const id of [...chosen].slice(chosenMax)) chosen.delete(id);
    notice(say("inbox.at-most-faxes-are-changed", { count: chosenMax }));
  }
  draw();
}

const changes = {
  done: [{ state: "done" }, count => say("inbox.fax-marked-done", { count })],
  open: [{ state: "open" }, count => say("inbox.fax-marked-open", { count })],
  new: [{ state: "new" }, count => say("inbox.fax-marked-new", { count })],
  me: [{ assignee: me }, count => say("inbox.fax-assigned-to-you", { count })],
  nobody: [{ unassign: true }, count => say("inbox.fax-assigned-to-nobody", { count })],
};

// Of the chosen faxes, else of the one that the keyboard is on.
async function change(body, words) {
  const ids = chosen.size > 0 ? [...chosen] : faxes[list.active] ? [faxes[list.active].id] : [];
  if (ids.length === 0 || !mayHandle) return;
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await changeMany(ids, body);
    chosen.clear();
    took(answer.faxes, body);
    undoable(words(ids.length), answer, after => { took(after, {}); after.forEach(one => heard.add(one.fax)); return hear(); });
  } catch (failure) {
    notice(failure instanceof TypeError ? say("inbox.the-server-cant-be-reached") : failure.message, { isFault: true });
  } finally {
    frame.removeAttribute("aria-busy");
  }
}

// Shows a change at once, as the server answered it.
function took(some, { addTags = [] }) {
  for (const { fax: id, state, version, assignee } of some) {
    const fax = faxes.find(one => one.id === id);
    if (!fax?.handling) continue;
    const tags = fax.handling.tags === null ? null
      : [...fax.handling.tags, ...addTags.filter(tag => !fax.handling.tags.some(one => one.toUpperCase() === tag.toUpperCase()))];
    Object.assign(fax.handling, { state, version, assignee, tags });
    if (!fits(fax)) faxes.splice(faxes.indexOf(fax), 1);
  }
  draw();
  count();
}

bulk.addEventListener("click", event => {
  const { value } = event.target;
  if (value === "clear") { chosen.clear(); draw(); } else if (value in changes) change(...changes[value]);
  if (value) frame.focus({ preventScroll: true });
});
byId("bulk-tag").addEventListener("submit", event => {
  event.preventDefault();
  const field = event.target.elements.tag, tag = field.value.trim();
  if (tag === "") return;
  change({ addTags: [tag] }, count => say("inbox.fax-tagged", { count })).then(() => { field.value = ""; });
});

// On a small screen the filters are behind a button, and the work on the chosen faxes is there once one is chosen.
fold.addEventListener("click", () => fold.setAttribute("aria-expanded", String(filters.classList.toggle("unfolded"))));

frame.addEventListener("keydown", event => {
  if (event.target !== frame || event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.key.toLowerCase(), fax = faxes[list.active];
  if (key === "j") list.move(1);
  else if (key === "k") list.move(-1);
  else if (key === "x" && fax) choose(fax, event.shiftKey);
  else if (key === "e") change(...changes.done);
  else if (key === "m") change(...changes.me);
  else if (key === "u") undoLast();
  else if (key === "escape" && chosen.size > 0) { chosen.clear(); draw(); } else return;
  event.preventDefault();
});

filters.addEventListener("change", () => {
  const tag = valueOf("tag");
  history.replaceState(null, "", withQuery("/inbox", Object.fromEntries(inQuery.map(field => [field, valueOf(field)])))
    + (tag === "" ? "" : `#${new URLSearchParams({ tag })}`));
  frame.scrollTop = 0;
  load(true);
});
filters.addEventListener("reset", () => setTimeout(() => filters.dispatchEvent(new Event("change"))));
filters.addEventListener("submit", event => event.preventDefault());

follow(told => {
  if (!told.fax || isOfSending(told.type)) return;
  heard.add(told.fax);
  // The list that is on its way may be of before.
  if (isAsking) changed.add(told.fax);
  hear();
  count();
}, () => { load(true); count(); });
await load(true);
frame.focus({ preventScroll: true });
await onScreen();
await learnNames();
draw();
await count();
