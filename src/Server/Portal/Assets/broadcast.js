// SPDX-License-Identifier: Apache-2.0
// A fax to many: how far it is, each of its faxes, and one report at the end.
import { follow, get, isOfSending, post, send, withQuery } from "./api.js";
import { attempt, byId, element, facts, jobStates, notice, plural, saveFile, stateBadge, timeElement } from "./dom.js";
import { lineNames } from "./lines.js";

const id = location.pathname.split("/").at(-1);
const card = byId("title").closest(".card");
const names = await lineNames();
let next = null;

async function load() {
  const one = await get(`/broadcasts/${id}`);
  const { counts } = one;
  const ended = counts.done + counts.failed + counts.cancelled;
  byId("title").textContent = `Fax to ${plural(one.destinations, "number", "numbers")}`;
  byId("words").textContent = one.state === "submitting" ? "Its faxes are being put into the queue."
    : one.state === "ended" ? `All have ended: ${counts.done} sent, ${counts.failed} not sent, ${counts.cancelled} cancelled.`
      : [counts.held > 0 ? `${counts.held} new numbers wait to be confirmed: open each below` : null, `${counts.waiting + counts.calling} on the way`]
        .filter(text => text !== null).join("; ") + ".";
  byId("bar").max = one.destinations;
  byId("bar").value = ended;
  byId("bar-words").textContent = `${ended} of ${one.destinations} have ended`;
  byId("cancel").hidden = one.state === "ended" || one.cancelled;
  byId("report").hidden = one.state !== "ended";
  facts(byId("facts"), [["Asked for", timeElement(one.createdAt)], ["Ended", one.endedAt && timeElement(one.endedAt)], ["Line", names.get(one.line)], ["Reference", id]]);
}

async function jobs(isNew) {
  const answer = await get(withQuery(`/broadcasts/${id}/jobs`, isNew ? {} : { after: next }));
  const made = answer.jobs.map((job, index) => element("li", {},
    element("a", { href: `/outbox/${job.id}` }, `Fax ${(isNew ? 0 : byId("jobs").children.length) + index + 1}`), " ",
    stateBadge(job.state, jobStates), " ", job.words));
  if (isNew) byId("jobs").replaceChildren(...made); else byId("jobs").append(...made);
  next = answer.next;
  byId("more").hidden = next === null;
}

byId("more").addEventListener("click", () => attempt(card, () => jobs(false)));
byId("cancel").addEventListener("click", () => attempt(card, async () => {
  await post(`/broadcasts/${id}/cancel`);
  notice("What had not ended is taken back.");
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
  byId("title").textContent = failure.status === 404 ? "This fax is not there" : "Fax to many";
  byId("words").textContent = failure.message;
});
