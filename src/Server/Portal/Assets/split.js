// SPDX-License-Identifier: Apache-2.0
// A received fax that holds documents of several patients becomes several faxes of the inbox. People say between which pages a new document begins.
import { get, post } from "./api.js";
import { attempt, byId, closers, element, notice, remoteOf } from "./dom.js";
import { pagesIn, partLinks } from "./parts.js";
import { paint, picture, smallPictures, squeezeOf } from "./sheet.js";
import { say } from "./words.js";

const thumbnailPx = 320; // enough to read a heading by
const id = location.pathname.split("/").at(-2);
const list = byId("pages"), ask = byId("ask"), made = byId("made"), look = byId("look"), sheet = byId("sheet");
byId("back").href = `/faxes/${id}`;
closers();

// The same request again, after an answer that was lost, is carried out once.
const key = crypto.randomUUID();
let detail = null, pages = [], undo = null;

/** The documents that come out: their pages. A page that goes into none begins none. */
function documents() {
  const made = [];
  let begins = true;
  for (const page of pages) {
    begins ||= page.begins;
    if (!page.isKept) continue;
    if (begins) made.push([]);
    made.at(-1).push(page.number);
    begins = false;
  }
  return made;
}

function draw() {
  const parts = documents();
  for (const [index, item] of [...list.children].entries()) {
    const page = pages[index], document = parts.findIndex(part => part.includes(page.number));
    item.classList.toggle("left-out", !page.isKept);
    item.querySelector("[aria-pressed]")?.setAttribute("aria-pressed", String(page.begins));
    item.querySelector(".belongs").textContent = document >= 0 ? say("split.document", { number: document + 1 }) : say("split.in-none");
  }
  const left = pages.filter(page => !page.isKept).map(page => page.number);
  byId("summary").textContent = [
    parts.length === 0 ? say("split.no-document") : say("split.documents", { count: parts.length, documents: parts.map(pagesIn).join("; ") }),
    left.length > 0 ? say("split.left-out", { pages: pagesIn(left) }) : null,
  ].filter(Boolean).join(" ");
  const isAsItIs = parts.length === 1 && parts[0].length === pages.length;
  byId("go").disabled = parts.length === 0 || isAsItIs;
  byId("go").textContent = isAsItIs || parts.length === 0 ? say("split.split") : say("split.split-into", { count: parts.length });
}

function itemOf(page, index) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  return element("li", { "data-page": page.number },
    index === 0 ? null : element("button", {
      type: "button", class: "begin", "aria-pressed": "false", "aria-label": say("split.a-new-document-begins-with", { page: page.number }),
      title: say("split.a-new-document-begins-with", { page: page.number }), onclick: () => { page.begins = !page.begins; draw(); },
    }, element("span", { "aria-hidden": "true" }, "✂")),
    element("div", { class: "split-page" },
      element("button", { type: "button", class: "quiet", "aria-label": say("split.look-at-page", { page: page.number }), onclick: () => show(page) }, canvas),
      element("strong", {}, say("any.page", { page: page.number })),
      element("span", { class: "belongs" }),
      element("label", { class: "check" }, element("input", {
        type: "checkbox", checked: true, "aria-label": say("split.page-goes-into-a-document", { page: page.number }),
        onchange: event => { page.isKept = event.target.checked; draw(); },
      }), say("split.keep"))));
}

const seen = smallPictures(id, thumbnailPx);

async function show(page) {
  try {
    const bitmap = await picture(`/faxes/${id}/pages/${page.number}`);
    byId("look-title").textContent = say("any.page-of", { page: page.number, pages: pages.length });
    paint(sheet, bitmap, { squeeze: page.squeeze });
    bitmap.close();
    look.showModal();
  } catch (failure) {
    notice(failure instanceof TypeError ? say("any.not-reached") : failure.message, { isFault: true });
  }
}
look.addEventListener("close", () => { sheet.width = sheet.height = 0; });

byId("each").addEventListener("click", () => {
  for (const page of pages.slice(1)) page.begins = true;
  draw();
});

byId("go").addEventListener("click", async () => {
  await attempt(ask, async () => {
    const answer = await post(`/faxes/${id}/split`, { parts: documents().map(part => ({ pages: part })) },
      { headers: { "If-Match": `"${detail.fax.handling.version}"`, "Idempotency-Key": key } });
    undo = answer.undo.id;
    ask.hidden = true;
    made.hidden = false;
    byId("made-parts").replaceChildren(partLinks(answer.parts));
    byId("made-title").focus();
  });
  if (!ask.hidden) draw();
});

byId("undo").addEventListener("click", () => attempt(made, async () => {
  await post("/handling/undo", { undo });
  notice(say("any.taken-back"));
  location.replace(`/faxes/${id}`);
}));

addEventListener("pagehide", () => { for (const canvas of document.querySelectorAll("canvas")) canvas.width = canvas.height = 0; });

await attempt(ask, async () => {
  detail = await get(`/faxes/${id}`);
  byId("title").textContent = say("split.split-the-fax-from", { remote: remoteOf(detail.fax) });
  byId("before").hidden = detail.fax.splitInto.length === 0;
  byId("before").textContent = detail.fax.splitInto.length === 0 ? "" : say("split.it-was-split-before", { count: detail.fax.splitInto.length });
  pages = detail.pages.map(page => ({ number: page.number, squeeze: squeezeOf(page), begins: false, isKept: true }));
  list.replaceChildren(...pages.map(itemOf));
});
draw();
for (const item of list.children) seen.observe(item);
