// SPDX-License-Identifier: Apache-2.0
// What goes out, newest first, live: states are heard of over the events, pages of a call that runs are asked for each second.
import { follow, get, isOfSending, withQuery } from "./api.js";
import { jobWords } from "./causes.js";
import { byId, element, jobStates, notice, stateBadge, timeElement } from "./dom.js";
import { WindowList } from "./window-list.js";
import { say } from "./words.js";

const rowPx = 44, rowsAtOnce = 100, runningMs = 1000;
const filters = byId("filters"), frame = byId("list"), empty = byId("empty");
filters.elements.state.value = new URLSearchParams(location.search).get("state") ?? "";

let jobs = [], next = null, asked = 0;

const list = new WindowList({
  frame, rows: byId("rows"), rowPx,
  cells: job => [
    element("span", { role: "gridcell", class: "who" }, element("a", { href: `/outbox/${job.id}`, tabindex: -1 }, job.number ?? say("any.erased"))),
    element("span", { role: "gridcell" }, stateBadge(job.state, jobStates)),
    element("span", { role: "gridcell", class: "number" }, job.state === "done" ? String(job.pages) : say("any.so-many-of", { count: job.pagesConfirmed, all: job.pages })),
    element("span", { role: "gridcell", class: "why" }, job.state === "done" ? "" : jobWords(job)),
    element("span", { role: "gridcell", class: "when" }, timeElement(job.createdAt)),
  ],
  open: job => location.assign(`/outbox/${job.id}`),
  more: () => load(false),
});

const query = more => withQuery("/jobs", { order: "newest", numbers: "true", limit: rowsAtOnce, state: filters.elements.state.value, ...more });

async function load(isNew) {
  if (!isNew && next === null) return;
  const mine = ++asked;
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await get(query(isNew ? {} : { after: next }));
    if (mine !== asked) return;
    jobs = isNew ? answer.jobs : [...jobs, ...answer.jobs];
    next = answer.next;
    draw();
  } catch (failure) {
    if (mine === asked && failure instanceof TypeError) setTimeout(() => load(isNew), 3000);
    else if (mine === asked) notice(failure.message, { isFault: true });
  } finally {
    if (mine === asked) frame.removeAttribute("aria-busy");
  }
}

function draw() {
  list.show(jobs, next !== null);
  empty.hidden = jobs.length > 0;
  empty.querySelector("h2").textContent = filters.elements.state.value === "" ? say("outbox.nothing-was-sent-yet") : say("outbox.no-fax-is-in-this");
  const count = (...states) => jobs.filter(job => states.includes(job.state)).length;
  const [running, held, failed] = [count("waiting", "calling"), count("held"), count("failed")];
  byId("summary").textContent = [
    running > 0 ? say("outbox.on-the-way", { count: running }) : null, held > 0 ? say("outbox.wants-its-number-again", { count: held }) : null,
    failed > 0 ? say("outbox.not-sent", { count: failed }) : null,
  ].filter(text => text !== null).join(" · ") || (jobs.length > 0 ? say("outbox.all-is-sent") : "");
}

// Numbers do not change while a call runs, so looking again discloses nothing.
async function refresh(ids) {
  const some = await Promise.all(ids.map(id => get(`/jobs/${id}`).catch(() => null)));
  const wanted = filters.elements.state.value;
  for (const job of some.filter(one => one !== null)) {
    const index = jobs.findIndex(one => one.id === job.id);
    if (index < 0) continue;
    if (wanted !== "" && job.state !== wanted) jobs.splice(index, 1);
    else jobs[index] = { ...job, number: jobs[index].number };
  }
  draw();
}

let heard = new Set(), isHearing = false;
follow(async told => {
  if (!isOfSending(told.type)) return;
  heard.add(told.fax);
  if (isHearing) return;
  isHearing = true;
  await new Promise(resolve => setTimeout(resolve, 100));
  const ids = [...heard];
  heard = new Set();
  isHearing = false;
  if (ids.some(id => !jobs.some(job => job.id === id))) await load(true);
  else await refresh(ids);
}, () => load(true));

// Which calls run is in no event: due faxes are looked at while there are some.
setInterval(() => {
  if (document.hidden) return;
  const running = jobs.filter(job => job.state === "calling" || (job.state === "waiting" && new Date(job.dueAt) <= Date.now())).slice(0, 20);
  if (running.length > 0) refresh(running.map(job => job.id)).catch(() => {});
}, runningMs);

filters.addEventListener("change", () => {
  history.replaceState(null, "", withQuery("/outbox", { state: filters.elements.state.value }));
  frame.scrollTop = 0;
  load(true);
});
filters.addEventListener("submit", event => event.preventDefault());

async function broadcasts() {
  const { broadcasts: some } = await get("/broadcasts?limit=10");
  byId("broadcasts").hidden = some.length === 0;
  byId("broadcast-list").replaceChildren(...some.map(one => element("li", {},
    element("a", { href: `/broadcasts/${one.id}` }, say("outbox.to-number", { count: one.destinations })), " ",
    timeElement(one.createdAt), " ", one.state === "ended" ? say("outbox.sent-and-not", { done: one.counts.done, failed: one.counts.failed }) : say("outbox.so-many-sent", { done: one.counts.done, all: one.destinations }))));
}

await load(true);
await broadcasts().catch(failure => notice(failure.message, { isFault: true }));
frame.focus({ preventScroll: true });
