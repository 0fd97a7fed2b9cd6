// SPDX-License-Identifier: Apache-2.0
// The documents of a fax that is being written: uploaded one by one, sealed as they come, put in order, taken out.
import { upload, send } from "./api.js";
import { asIs, byId, element } from "./dom.js";
import { phrase, say } from "./words.js";

const types = { pdf: "application/pdf", tif: "image/tiff", tiff: "image/tiff", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", txt: "text/plain" };

// What a browser says of a file is by its name alone; the server looks at its bytes.
const typeOf = file => file.type || types[file.name.split(".").at(-1).toLowerCase()] || "application/octet-stream";

export class Documents {
  /** @param changed is called when what there is to send has changed. */
  constructor(changed) {
    this.items = [];
    this.changed = changed;
    this.queue = Promise.resolve();
    const drop = byId("drop"), input = byId("files");
    input.addEventListener("change", () => { this.add(input.files); input.value = ""; });
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, event => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
    drop.addEventListener("drop", event => { event.preventDefault(); this.add(event.dataTransfer.files); });
    // A file that misses the field is not opened in place of the page, which would lose what was typed.
    for (const name of ["dragover", "drop"]) addEventListener(name, event => event.preventDefault());
  }

  get ready() { return this.items.filter(item => item.id); }
  get pages() { return this.ready.reduce((sum, item) => sum + item.pages, 0); }
  get isBusy() { return this.items.some(item => item.state === "uploading" || item.state === "waiting"); }

  /** Takes an upload that is there already. */
  take(name, { id, pages, notes }) {
    this.items.push({ name, id, pages, notes, state: "ready" });
    this.#draw();
    this.changed();
  }

  add(files) {
    for (const file of files) {
      const item = { name: file.name, file, key: crypto.randomUUID(), state: "waiting", done: 0 };
      this.items.push(item);
      this.#enqueue(item);
    }
    this.#draw();
    this.changed();
  }

  // One after the other: a hundred scans at once would only stand in each other's way.
  #enqueue(item) { this.queue = this.queue.then(() => this.#upload(item)); }

  async #upload(item) {
    if (!this.items.includes(item)) return;
    item.state = "uploading";
    item.fault = "";
    this.#draw();
    try {
      Object.assign(item, await upload("/uploads", item.file, {
        type: typeOf(item.file), key: item.key, told: part => { item.done = part; this.#progress(item); },
      }), { state: "ready" });
      if (!this.items.includes(item)) { await this.#drop(item); return; }
    } catch (failure) {
      item.state = "failed";
      item.fault = failure instanceof TypeError ? say("documents.the-server-cant-be-reached") : failure.message;
    }
    this.#draw();
    this.changed();
  }

  async #drop(item) {
    if (item.id) await send("DELETE", `/uploads/${item.id}`).catch(() => {});
  }

  #remove(item) {
    this.items = this.items.filter(one => one !== item);
    this.#drop(item);
    this.#draw();
    this.changed();
    byId("files").focus();
  }

  #move(item, step) {
    const from = this.items.indexOf(item);
    this.items.splice(from, 1);
    this.items.splice(from + step, 0, item);
    this.#draw();
    this.changed();
    byId("documents").children[from + step].querySelector("button")?.focus();
  }

  #progress(item) {
    const bar = byId("documents").children[this.items.indexOf(item)]?.querySelector("progress");
    if (bar && item.done < 1) bar.value = item.done;
    else bar?.removeAttribute("value"); // sent whole: the server makes pages of it, nobody knows for how long
  }

  #draw() {
    const last = this.items.length - 1;
    byId("documents").replaceChildren(...this.items.map((item, index) => element("li", { class: "document" },
      element("span", { class: "name" }, item.name),
      this.#stateOf(item),
      element("span", { class: "buttons" },
        index > 0 ? element("button", { type: "button", class: "quiet", "aria-label": say("documents.earlier", { name: item.name }), onclick: () => this.#move(item, -1) }, "↑") : null,
        index < last ? element("button", { type: "button", class: "quiet", "aria-label": say("documents.later", { name: item.name }), onclick: () => this.#move(item, 1) }, "↓") : null,
        item.state === "failed" && item.file ? element("button", { type: "button", onclick: () => this.#enqueue(item) }, say("documents.try-again")) : null,
        element("button", { type: "button", class: "quiet", "aria-label": say("any.take-out", { name: item.name }), onclick: () => this.#remove(item) }, "×")),
      item.fault ? element("p", { class: "fault", role: "alert" }, item.fault) : null,
      ...(item.notes ?? []).map(note => element("p", { class: "hint" }, phrase("documents.page", { page: note.page, note: asIs(note.text) }))))));
  }

  #stateOf(item) {
    if (item.state === "ready") return element("span", { class: "calm" }, say("any.pages", { count: item.pages }));
    if (item.state === "failed") return element("span", { class: "badge bad" }, say("documents.not-taken"));
    return element("progress", { max: "1", value: item.state === "waiting" ? "0" : String(item.done), "aria-label": say("documents.uploading", { name: item.name }) });
  }
}
