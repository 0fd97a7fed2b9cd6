// SPDX-License-Identifier: Apache-2.0
// A fax to many: how far it is, each of its faxes, and one report at the end.
import { follow, get, isOfSending, post, send, withQuery } from "./api.js";
import { jobWords } from "./causes.js";
import { attempt, byId, element, facts, jobStates, notice, saveFile, stateBadge, timeElement } from "./dom.js";
import { lineNames } from "./lines.js";
import { say } from "./words.js";

const id = location.pathname.split("/").at(-1);
const card = byId("title").closest(".card");
const names = await lineNames();
let next = null;

async function load() {
  const one = await get(`/broadcasts/${id}`);
  const { counts } = one;
  const running = counts.waiting + counts.calling;
  const ended = counts.done + counts.failed + counts.cancelled;
  byId("title").textContent = say("broadcast.fax-to-number", { count: one.destinations });
  byId("words").textContent = one.state === "submitting" ? say("broadcast.its-faxes-are-being-put")
    : one.state === "ended" ? say("broadcast.all-have-ended-sent-not", { done: counts.done, failed: counts.failed, cancelled: counts.cancelled })
      : counts.held > 0 ? say("broadcast.new-numbers-wait-to-be", { held: counts.held, running })
        : say("broadcast.on-the-way", { running });
  byId("bar").max = one.destinations;
  byId("bar").value = ended;
  byId("bar-words").textContent = say("broadcast.have-ended", { ended, all: one.destinations });
  byId("cancel").hidden = one.state === "ended" || one.cancelled;
  byId("report").hidden = one.state !== "ended";
  facts(byId("facts"), [
    [say("any.asked-for"), timeElement(one.createdAt)], [say("broadcast.ended"), one.endedAt && timeElement(one.endedAt)],
    [say("any.line"), names.get(one.line)], [say("any.reference"), id],
  ]);
}

async function jobs(isNew) {
  const answer = await get(withQuery(`/broadcasts/${id}/jobs`, isNew ? {} : { after: next }));
  const made = answer.jobs.map((job, index) => element("li", {},
    element("a", { href: `/outbox/${job.id}` }, say("broadcast.one-fax", { number: (isNew ? 0 : byId("jobs").children.length) + index + 1 })), " ",
    stateBadge(job.state, jobStates), " ", jobWords(job)));
  if (isNew) byId("jobs").replaceChildren(...made); else byId("jobs").append(...made);
  next = answer.next;
  byId("more").hidden = next === null;
}

byId("more").addEventListener("click", () => attempt(card, () => jobs(false)));
byId("cancel").addEventListener("click", () => attempt(card, async () => {
  await post(`/broadcasts/${id}/cancel`);
  notice(say("broadcast.what-had-not-ended-is"));
  await load();
  await jobs(true);
}));
byId("report").addEventListener("click", () => attempt(card, async () => {
  saveFile(await (await send("GET", `/broadcasts/${id}/report.csv`)).blob(), `broadcast-${id}.csv`);
}));

let isWaiting = false;
const soon = async () => {
  if (isWaiting) return;
  isWaiting = true;
  await new Promise(resolve => setTimeout(resolve, 500));
  isWaiting = false;
  await load();
  await jobs(true);
};
follow(told => { if (isOfSending(told.type) || told.broadcast === id) soon().catch(() => {}); }, () => soon().catch(() => {}));
await load().then(() => jobs(true)).catch(failure => {
  byId("title").textContent = failure.status === 404 ? say("any.not-there") : say("any.fax-to-many");
  byId("words").textContent = failure.message;
});
