// SPDX-License-Identifier: Apache-2.0
// One outgoing fax: its pages as the call confirms them, each try and why it ended, and what can be done about it.
import { follow, get, post, Refused, send } from "./api.js";
import { causeWords, jobWords } from "./causes.js";
import { attempt, byId, element, facts, jobStates, notice, saveFile, stateBadge, timeElement } from "./dom.js";
import { lineNames } from "./lines.js";
import { PagePreview, png } from "./preview.js";
import { say } from "./words.js";

const id = location.pathname.split("/").at(-1);
const card = byId("title").closest(".card");
const names = await lineNames();
const preview = new PagePreview(page => png("GET", `/jobs/${id}/pages/${page}`));
const runningMs = 700;

let job = null, number = null;

const isOver = () => ["done", "failed", "cancelled"].includes(job.state);

function draw() {
  byId("title").textContent = number === null ? say("job.fax-to-a-number-that") : say("any.fax-to", { remote: number });
  byId("state").replaceChildren(stateBadge(job.state, jobStates));
  const words = jobWords(job);
  if (byId("words").textContent !== words) byId("words").textContent = words;
  byId("progress").hidden = job.state !== "calling" && !(job.pagesConfirmed > 0 && job.state !== "done");
  byId("bar").max = job.pages;
  byId("bar").value = job.pagesConfirmed;
  byId("bar-words").textContent = say("job.so-many-confirmed", { confirmed: job.pagesConfirmed, pages: job.pages });
  byId("cancel").hidden = isOver();
  byId("retry").hidden = job.state !== "failed" && job.state !== "cancelled";
  byId("correct").hidden = !["held", "waiting", "failed", "cancelled"].includes(job.state) || job.pagesConfirmed > 0 || !byId("other").hidden;
  byId("confirm").hidden = job.state !== "held";
  byId("receipt").hidden = byId("receipt-file").hidden = !isOver() || job.attempts.length === 0;
  byId("open").hidden = false;
  byId("open").href = `/faxes/${id}`;
  facts(byId("facts"), [
    [say("any.asked-for"), timeElement(job.createdAt)],
    [say("job.next-try"), job.state === "waiting" ? timeElement(job.dueAt) : null],
    [say("any.line"), names.get(job.line)],
    [say("job.sent-twice"), job.pageSentTwice && say("job.page-may-be-there-twice", { page: job.pageSentTwice })],
    [say("any.reference"), id],
  ]);
  byId("tries").replaceChildren(...job.attempts.map(one => element("tr", {},
    element("td", {}, String(one.number)), element("td", {}, timeElement(one.startedAt)), element("td", {}, String(one.pagesConfirmed)),
    element("td", {}, one.cause === null ? say("job.under-way") : causeWords(one.cause, one.words)),
    element("td", {}, [one.rateBps ? say("any.rate", { rate: one.rateBps }) : null, one.ecm ? say("job.error-correction") : null].filter(text => text).join(", ")))));
}

async function load() {
  job = await get(number === null ? `/jobs/${id}?numbers=true` : `/jobs/${id}`);
  number ??= job.number;
  draw();
}

async function save(path, accept, name) {
  const response = await send("GET", path, { headers: { Accept: accept } });
  saveFile(await response.blob(), name);
}
byId("receipt").addEventListener("click", () => attempt(card, () => save(`/jobs/${id}/receipt?format=pdf`, "application/pdf", `receipt-${id}.pdf`)));
byId("receipt-file").addEventListener("click", () => attempt(card, async () => {
  await save(`/jobs/${id}/receipt`, "*/*", `receipt-${id}.json`);
  notice(say("job.anybody-can-check-this-file"));
}));

const act = (name, words) => byId(name).addEventListener("click", () => attempt(card, async () => {
  job = await post(`/jobs/${id}/${name}`);
  notice(words);
  draw();
}));
act("cancel", say("job.taken-back-a-call-that"));
act("retry", say("job.it-goes-out-again-from"));

byId("correct").addEventListener("click", () => { byId("other").hidden = false; draw(); byId("other").elements.number.focus(); });
byId("leave").addEventListener("click", () => { byId("other").hidden = true; draw(); });
byId("other").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  attempt(form, async () => {
    job = await post(`/jobs/${id}/correct-number`, { number: form.elements.number.value });
    form.reset();
    form.hidden = true;
    number = null;
    await load();
    notice(say("job.the-number-is-corrected"));
  });
});
byId("confirm").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  attempt(form, async () => {
    job = await post(`/jobs/${id}/confirm-number`, { number: form.elements.number.value });
    form.reset();
    notice(say("job.both-are-the-same-it"));
    draw();
  });
});

async function open() {
  try {
    await load();
  } catch (failure) {
    if (!(failure instanceof Refused) || failure.status !== 404) throw failure;
    byId("title").textContent = say("any.not-there");
    byId("words").textContent = say("any.not-there-why");
    preview.clear("");
    return;
  }
  byId("preview-pages").textContent = String(job.pages);
  preview.show(1, job.pages).catch(() => {});
  follow(told => { if (told.fax === id) load().catch(() => {}); }, () => load().catch(() => {}));
  setInterval(() => {
    if (!document.hidden && (job.state === "calling" || (job.state === "waiting" && new Date(job.dueAt) <= Date.now()))) load().catch(() => {});
  }, runningMs);
}

await open().catch(failure => notice(failure.message, { isFault: true }));
