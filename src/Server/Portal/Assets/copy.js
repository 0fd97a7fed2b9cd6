// SPDX-License-Identifier: Apache-2.0
// A copy of a fax to be sent on: its pages in any order, some left out, others added, written on or redacted.
import { atSessionEnd } from "./again.js";
import { get, post } from "./api.js";
import { attempt, byId, closers, element, notice, remoteOf, shortTime } from "./dom.js";
import { Marks } from "./marks.js";
import { paint, picture, squeezeOf } from "./sheet.js";
import { say } from "./words.js";

const id = location.pathname.split("/").at(-2);
const tools = document.querySelector(".tools"), sheet = byId("sheet"), box = byId("sheet-box"), stage = byId("stage");
byId("back").href = `/faxes/${id}`;

const marks = new Marks({ box: byId("marks"), strokes: byId("strokes"), changed, askWords });
let pages = [], current = null, bitmap = null;

async function addPages(fax) {
  const detail = await get(`/faxes/${fax}`);
  pages.push(...detail.pages.map(page => ({
    fax, number: page.number, isKept: true, marks: [], from: fax === id ? "" : remoteOf(detail.fax),
    squeeze: squeezeOf(page),
  })));
  draw();
}

function draw() {
  byId("pages").replaceChildren(...pages.map((page, index) => element("li", {},
    element("button", { type: "button", "aria-current": page === current ? "page" : "false", onclick: () => show(page) },
      say("any.page", { page: index + 1 }), page.from ? element("span", { class: "hint" }, ` ${page.from}, ${page.number}`) : null),
    element("label", { class: "check" }, element("input", {
      type: "checkbox", checked: page.isKept, "aria-label": say("copy.page-goes-with-the-copy", { page: index + 1 }),
      onchange: event => { page.isKept = event.target.checked; changed(); },
    }), say("any.send")),
    index > 0 ? element("button", { type: "button", class: "quiet", "aria-label": say("copy.page-earlier", { page: index + 1 }), onclick: () => move(index, -1) }, "↑") : null)));
  changed();
}

function move(index, by) {
  const [page] = pages.splice(index, 1);
  pages.splice(index + by, 0, page);
  draw();
  byId("pages").children[index + by].querySelector("button").focus();
}

function changed() {
  const kept = pages.filter(page => page.isKept), count = kept.reduce((sum, page) => sum + page.marks.length, 0);
  byId("summary").textContent = say("copy.pages-and-marks", { pages: say("any.pages", { count: kept.length }), marks: say("copy.marks", { count }) });
  byId("undo").disabled = !current || current.marks.length === 0;
  byId("go").disabled = kept.length === 0;
}

async function show(page) {
  current = page;
  for (const [index, item] of [...byId("pages").children].entries()) item.firstElementChild.setAttribute("aria-current", pages[index] === page ? "page" : "false");
  await attempt(tools, async () => {
    const made = await picture(`/faxes/${page.fax}/pages/${page.number}`);
    bitmap?.close();
    bitmap = made;
    paint(sheet, bitmap, { squeeze: page.squeeze });
    fit();
    sheet.setAttribute("aria-label", say("any.page-of", { page: pages.indexOf(page) + 1, pages: pages.length }));
  });
  changed();
}

function fit() {
  if (!bitmap) return;
  const wide = Math.min(stage.clientWidth - 24, (stage.clientHeight - 24) * sheet.width / sheet.height * 1.4);
  box.style.width = `${wide}px`;
  box.style.height = `${wide * sheet.height / sheet.width}px`;
  marks.show(current.marks);
}
addEventListener("resize", fit);

for (const tool of tools.querySelectorAll("[data-tool]")) {
  tool.addEventListener("click", () => {
    marks.tool = tool.dataset.tool;
    for (const one of tools.querySelectorAll("[data-tool]")) one.setAttribute("aria-pressed", String(one === tool));
  });
}
byId("middle").addEventListener("click", () => { if (current) marks.addInTheMiddle(); });
byId("undo").addEventListener("click", () => marks.undo());

/** The words that somebody types; null if none. */
function askWords() {
  const dialog = byId("words"), form = dialog.querySelector("form");
  form.reset();
  dialog.returnValue = "";
  return new Promise(resolve => {
    dialog.addEventListener("close", () => {
      const text = form.elements.text.value.trim();
      resolve(dialog.returnValue === "ok" && text !== "" ? { text, points: Number(form.elements.points.value) } : null);
    }, { once: true });
    dialog.showModal();
  });
}
byId("words").querySelector("form").addEventListener("submit", event => { event.preventDefault(); byId("words").close("ok"); });

byId("add-fax").addEventListener("click", () => attempt(tools, async () => {
  const { faxes } = await get("/faxes?direction=inbound&limit=50");
  byId("others").querySelector("select").replaceChildren(...faxes.filter(fax => fax.pages > 0)
    .map(fax => element("option", { value: fax.id }, `${remoteOf(fax)} · ${shortTime(fax.begunAt)} · ${say("any.pages", { count: fax.pages })}`)));
  byId("others").showModal();
}));
byId("others").querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  attempt(event.target, async () => {
    await addPages(event.target.elements.fax.value);
    byId("others").close();
  });
});
closers();

let isSent = false;
byId("go").addEventListener("click", () => attempt(tools, async () => {
  const made = await post("/uploads/copies", {
    pages: pages.filter(page => page.isKept).map(page => ({ fax: page.fax, page: page.number, marks: page.marks })),
  });
  isSent = true;
  location.assign(`/send?upload=${made.id}`);
}));
addEventListener("beforeunload", event => {
  if (!isSent && pages.some(page => page.marks.length > 0) && !byId("main").hidden) event.preventDefault();
});

function putAway() {
  bitmap?.close();
  bitmap = null;
  sheet.width = sheet.height = 0;
}
addEventListener("pagehide", putAway);

// What was drawn, chosen and put in order waits for who did it; what it was drawn on does not.
atSessionEnd({
  isTyped: () => pages.some(page => page.marks.length > 0 || !page.isKept || page.from !== ""),
  blank: () => {
    putAway();
    marks.show([]);
    byId("pages").replaceChildren();
    byId("others").querySelector("select").replaceChildren();
    byId("others").close();
  },
  restore: () => { draw(); if (current) show(current); },
});

await attempt(tools, async () => {
  await addPages(id);
  if (pages.length > 0) await show(pages[0]);
  else notice(say("any.no-page-kept"), { isFault: true });
});
