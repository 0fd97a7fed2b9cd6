// SPDX-License-Identifier: Apache-2.0
// The faxes that came, live: what is heard of over the events is put in its place without a reload.
import { follow, get, withQuery } from "./api.js";
import { byId, element, notice, plural, remoteOf, stateBadge, timeElement } from "./dom.js";
import { lineName, lineNames, lines } from "./lines.js";
import { WindowList } from "./window-list.js";

const rowPx = 44;           // as .grid-row is high in portal.css
const rowsAtOnce = 100;     // half of what the API gives at most: one disclosure each
const singly = 5;           // so many new faxes are fetched one by one; more come with the list's head

const filters = byId("filters"), frame = byId("list"), empty = byId("empty");
const names = await lineNames();
for (const line of await lines()) filters.elements.line.append(element("option", { value: line.id }, lineName(line)));

// Filters stand in the address, so that a link, a reload and "back" show the same list.
const wanted = new URLSearchParams(location.search);
for (const name of ["line", "state", "since"]) filters.elements[name].value = wanted.get(name) ?? "";

let faxes = [], next = null, asked = 0, isAsking = false;

const list = new WindowList({
  frame, rows: byId("rows"), rowPx,
  cells: fax => [
    element("span", { role: "gridcell", class: "who" }, element("a", { href: `/faxes/${fax.id}`, tabindex: -1 }, remoteOf(fax))),
    element("span", { role: "gridcell" }, stateBadge(fax.state)),
    element("span", { role: "gridcell", class: "number" }, pagesOf(fax)),
    element("span", { role: "gridcell", class: "line" }, names.get(fax.line) ?? ""),
    element("span", { role: "gridcell", class: "when" }, timeElement(fax.receivedAt ?? fax.begunAt)),
  ],
  open: fax => location.assign(`/faxes/${fax.id}`),
  more: () => load(false),
});

// What was confirmed is less than what is there when the call broke in a page that the sender will send again.
const pagesOf = fax => fax.state === "partial" ? `${fax.pagesConfirmed} confirmed` : String(fax.pages);

function query(more) {
  const { line, state, since } = filters.elements;
  return withQuery("/faxes", {
    direction: "inbound", limit: rowsAtOnce, line: line.value, state: state.value,
    since: since.value && new Date(`${since.value}T00:00`).toISOString(), ...more,
  });
}

async function load(isNew) {
  if (isAsking && !isNew) return;
  isAsking = true;
  const mine = ++asked;
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await get(query(isNew || next === null ? {} : { cursor: next }));
    if (mine !== asked) return;
    faxes = isNew ? answer.faxes : [...faxes, ...answer.faxes];
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
  list.show(faxes, next !== null);
  empty.hidden = faxes.length > 0;
  empty.querySelector("h2").textContent = isFiltered() ? "No fax fits this filter" : "Nothing has come yet";
  const today = new Date().toDateString();
  const came = faxes.filter(fax => new Date(fax.begunAt).toDateString() === today).length;
  byId("waiting").textContent = next !== null && came === faxes.length ? `More than ${plural(came, "fax", "faxes")} today`
    : `${plural(came, "fax", "faxes")} today`;
}

const isFiltered = () => ["line", "state", "since"].some(name => filters.elements[name].value !== "");

const fits = fax => fax.direction === "inbound" && fax.state !== "superseded"
  && (filters.elements.line.value === "" || fax.line === filters.elements.line.value)
  && (filters.elements.state.value === "" || fax.state === filters.elements.state.value)
  && (filters.elements.since.value === "" || new Date(fax.begunAt) >= new Date(`${filters.elements.since.value}T00:00`));

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

async function hear() {
  if (isHearing) return;
  isHearing = true;
  await new Promise(resolve => setTimeout(resolve, 50));
  const ids = [...heard];
  heard = new Set();
  isHearing = false;
  try {
    const some = ids.length <= singly
      ? (await Promise.all(ids.map(id => get(`/faxes/${id}`).then(answer => answer.fax, gone)))).filter(fax => fax !== null)
      : (await get(query({}))).faxes;
    const first = faxes[0]?.id, height = frame.scrollTop, before = faxes.length;
    some.forEach(place);
    // Who reads further down stays where he reads.
    if (height > 0 && faxes[0]?.id !== first) frame.scrollTop = height + (faxes.length - before) * rowPx;
    draw();
  } catch { await load(true); }
}

// A fax of an inbox that is not ours is not there.
const gone = failure => { if (failure.status === 404) return null; throw failure; };

filters.addEventListener("change", () => {
  const { line, state, since } = filters.elements;
  history.replaceState(null, "", withQuery("/inbox", { line: line.value, state: state.value, since: since.value }));
  frame.scrollTop = 0;
  load(true);
});
filters.addEventListener("reset", () => setTimeout(() => filters.dispatchEvent(new Event("change"))));
filters.addEventListener("submit", event => event.preventDefault());

follow(told => {
  if (!told.fax) return;
  heard.add(told.fax);
  hear();
}, () => load(true));
await load(true);
frame.focus({ preventScroll: true });
