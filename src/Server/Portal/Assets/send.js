// SPDX-License-Identifier: Apache-2.0
// Writing a fax: documents, to whom, from which line, and the very pages before they go.
import { get, post, withQuery } from "./api.js";
import { attempt, byId, element } from "./dom.js";
import { Documents } from "./documents.js";
import { lineName, lines } from "./lines.js";
import { PagePreview, png } from "./preview.js";
import { Recipients } from "./recipients.js";
import { say } from "./words.js";

const form = byId("send"), fields = form.elements;
const documents = new Documents(changed), recipients = new Recipients(changed);
const preview = new PagePreview(async page => png("POST", `/jobs/preview?page=${page}`, { body: await previewBody() }));

const active = (await lines()).filter(line => line.state === "active");
fields.line.append(...active.map(line => element("option", { value: line.id },
  line.name ? `${line.name} · ${line.number}` : lineName(line))));
fields.line.value = active.find(line => line.id === localStorage.getItem("line"))?.id ?? active[0]?.id ?? "";

const isMany = () => recipients.items.length > 1 || recipients.items.some(one => one.group);

function changed() {
  byId("again-row").hidden = !recipients.hasTypedNumber;
  byId("cover-set").hidden = isMany();
  byId("cover").hidden = !fields.cover.checked;
  const pages = documents.pages + (fields.cover.checked && !isMany() ? 1 : 0);
  byId("go").textContent = pages === 0 ? say("any.send") : isMany()
    ? say("send.send-to", {
      pages: say("any.pages", { count: pages }), recipients: say("send.so-many-recipients", { count: recipients.items.length }),
    }) : say("send.send-page", { count: pages });
  if (preview.count > 0) preview.clear(say("send.something-has-changed-since-show"));
}
form.addEventListener("change", event => {
  if (event.target.name === "line") localStorage.setItem("line", fields.line.value);
  changed();
});

// An entry's name is a good first word for whom the cover page is.
fields.cover.addEventListener("change", () => {
  const [one] = recipients.items;
  if (fields.cover.checked && fields.toName.value === "" && one?.name) fields.toName.value = one.name;
});

function coverOf() {
  if (!fields.cover.checked || isMany()) return undefined;
  return {
    toName: fields.toName.value, fromName: fields.fromName.value, phone: fields.phone.value || undefined,
    subject: fields.coverSubject.value, message: fields.message.value,
  };
}

/** The documents as a job takes them: one behind the other. */
function uploadsOf() {
  const [upload, ...moreUploads] = documents.ready.map(item => item.id);
  return { upload, moreUploads };
}

// A broadcast takes one: several are put together on the server, once for each order of them.
let joined = { ids: "", upload: null };
async function joinedUpload() {
  const items = documents.ready, ids = items.map(item => item.id).join();
  if (items.length === 1) return items[0].id;
  if (joined.ids !== ids) {
    const pages = items.flatMap(item => Array.from({ length: item.pages }, (_, index) => ({ upload: item.id, page: index + 1 })));
    joined = { ids, upload: (await post("/uploads/copies", { pages })).id };
  }
  return joined.upload;
}

const targetOf = item => item.entry ? { addressBookId: item.entry } : { number: item.number };

async function previewBody() {
  let [one] = recipients.items;
  if (one.group) {
    const { entries } = await get(withQuery("/address-book", { group: one.group, limit: 1 }));
    one = { entry: entries[0].id };
  }
  return { ...uploadsOf(), line: fields.line.value, ...targetOf(one), cover: coverOf() };
}

const termsOf = () => ({
  line: fields.line.value, anyStation: fields.anyStation.checked, subject: fields.subject.value || undefined,
  notBefore: fields.notBefore.value ? new Date(fields.notBefore.value).toISOString() : undefined,
});

function jobBody() {
  const [one] = recipients.items;
  return {
    ...uploadsOf(), ...termsOf(), ...targetOf(one), cover: coverOf(),
    numberAgain: recipients.hasTypedNumber ? fields.numberAgain.value.trim() || undefined : undefined,
  };
}

const broadcastBody = async () => ({
  upload: await joinedUpload(), ...termsOf(),
  numbers: recipients.items.filter(one => !one.entry && !one.group).map(one => one.number),
  addressBookIds: recipients.items.filter(one => one.entry).map(one => one.entry),
  groups: recipients.items.filter(one => one.group).map(one => one.group),
});

// What is missing, and where: the first of it gets the focus.
function require() {
  const missing = [
    [documents.isBusy, byId("files"), say("send.a-document-is-still-being")],
    [documents.ready.length === 0, byId("files"), say("send.choose-a-document-first")],
    [documents.items.some(item => item.state === "failed"), byId("files"), say("send.a-document-was-not-taken")],
    [recipients.items.length === 0, recipients.input, recipients.input.value.trim() === "" ? say("send.give-a-number-or-choose")
      : say("send.that-is-neither-a-number")],
    [fields.line.value === "", fields.line, say("send.there-is-no-line-to")],
    [fields.cover.checked && !isMany() && fields.toName.value.trim() === "", fields.toName, say("send.a-cover-page-says-for")],
    [fields.notBefore.value !== "" && new Date(fields.notBefore.value) < Date.now(), fields.notBefore, say("send.that-time-is-past-leave")],
  ].find(([is]) => is);
  if (!missing) return;
  missing[1].focus();
  throw new Error(missing[2]);
}

byId("look").addEventListener("click", () => attempt(form, async () => {
  require();
  await preview.show(1, documents.pages + (coverOf() ? 1 : 0));
}));

// The same request again, after a connection was lost, is the same fax.
let sent = { text: "", key: "" };
function keyOf(body) {
  const text = JSON.stringify(body);
  if (sent.text !== text) sent = { text, key: crypto.randomUUID() };
  return { headers: { "Idempotency-Key": sent.key } };
}

let isSent = false;
form.addEventListener("submit", event => {
  event.preventDefault();
  attempt(form, async () => {
    require();
    const body = isMany() ? await broadcastBody() : jobBody();
    const made = await post(isMany() ? "/broadcasts" : "/jobs", body, keyOf(body));
    isSent = true;
    location.assign(isMany() ? `/broadcasts/${made.id}` : `/outbox/${made.id}`);
  });
});

addEventListener("beforeunload", event => {
  if (!isSent && (documents.items.length > 0 || recipients.items.length > 0) && document.body.hasAttribute("data-signed-in")) event.preventDefault();
});

// What other pages begin: a reply to where a fax came from, a fax that is sent on, somebody of the address book, pages that were copied.
const query = new URLSearchParams(location.search);
const [reply, forward, entry, copy] = ["reply", "forward", "entry", "upload"].map(name => query.get(name));
await attempt(form, async () => {
  if (reply) {
    const { fax } = await get(`/faxes/${reply}`);
    if (fax.remoteNumber) recipients.add({ number: fax.remoteNumber });
    if (active.some(line => line.id === fax.line)) fields.line.value = fax.line;
  }
  if (entry) {
    const one = await get(`/address-book/${entry}`);
    if (one.name !== null) recipients.add({ entry, name: one.name, number: one.number });
  }
  if (forward) {
    const { pages } = await get(`/faxes/${forward}`);
    documents.take(say("send.the-fax-that-is-sent"), await post("/uploads/copies", { pages: pages.map(page => ({ fax: forward, page: page.number })) }));
  }
  if (copy) documents.take(say("send.pages-that-were-copied"), await get(`/uploads/${copy}`));
});
changed();
