// SPDX-License-Identifier: Apache-2.0
// One outgoing fax: its pages as the call confirms them, each try and why it ended, and what can be done about it.
import { follow, get, post, Refused, send } from "./api.js";
import { attempt, byId, element, facts, jobStates, notice, saveFile, stateBadge, timeElement } from "./dom.js";
import { lineNames } from "./lines.js";
import { PagePreview, png } from "./preview.js";

const id = location.pathname.split("/").at(-1);
const card = byId("title").closest(".card");
const names = await lineNames();
const preview = new PagePreview(page => png("GET", `/jobs/${id}/pages/${page}`));
const runningMs = 700;

let job = null, number = null;

const isOver = () => ["done", "failed", "cancelled"].includes(job.state);

function draw() {
  byId("title").textContent = `Fax to ${number ?? "a number that was erased"}`;
  byId("state").replaceChildren(stateBadge(job.state, jobStates));
  if (byId("words").textContent !== job.words) byId("words").textContent = job.words;
  byId("progress").hidden = job.state !== "calling" && !(job.pagesConfirmed > 0 && job.state !== "done");
  byId("bar").max = job.pages;
  byId("bar").value = job.pagesConfirmed;
  byId("bar-words").textContent = `${job.pagesConfirmed} of ${job.pages} pages confirmed`;
  byId("cancel").hidden = isOver();
  byId("retry").hidden = job.state !== "failed" && job.state !== "cancelled";
  byId("correct").hidden = !["held", "waiting", "failed", "cancelled"].includes(job.state) || job.pagesConfirmed > 0 || !byId("other").hidden;
  byId("confirm").hidden = job.state !== "held";
  byId("receipt").hidden = byId("receipt-file").hidden = !isOver() || job.attempts.length === 0;
  byId("open").hidden = false;
  byId("open").href = `/faxes/${id}`;
  facts(byId("facts"), [
    ["Asked for", timeElement(job.createdAt)],
    ["Next try", job.state === "waiting" ? timeElement(job.dueAt) : null],
    ["Line", names.get(job.line)],
    ["Sent twice", job.pageSentTwice && `Page ${job.pageSentTwice} may be there twice: our system was stopped before we heard that it had come.`],
    ["Reference", id],
  ]);
  byId("tries").replaceChildren(...job.attempts.map(one => element("tr", {},
    element("td", {}, String(one.number)), element("td", {}, timeElement(one.startedAt)), element("td", {}, String(one.pagesConfirmed)),
    element("td", {}, one.words ?? "Under way"),
    element("td", {}, [one.rateBps ? `${one.rateBps} bit/s` : null, one.ecm ? "error correction" : null].filter(text => text).join(", ")))));
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
  notice("Anybody can check this file with hermetic verify receipt, without this server.");
}));

const act = (name, words) => byId(name).addEventListener("click", () => attempt(card, async () => {
  job = await post(`/jobs/${id}/${name}`);
  notice(words);
  draw();
}));
act("cancel", "Taken back. A call that runs is being hung up.");
act("retry", "It goes out again, from the first page that is not confirmed.");

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
    notice("The number is corrected.");
  });
});
byId("confirm").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  attempt(form, async () => {
    job = await post(`/jobs/${id}/confirm-number`, { number: form.elements.number.value });
    form.reset();
    notice("Both are the same: it goes.");
    draw();
  });
});

async function open() {
  try {
    await load();
  } catch (failure) {
    if (!(failure instanceof Refused) || failure.status !== 404) throw failure;
    byId("title").textContent = "This fax is not there";
    byId("words").textContent = "It does not exist, or it is not in your inboxes.";
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
