// SPDX-License-Identifier: Apache-2.0
// To whom a fax goes: numbers, entries and groups of the address book, as a list that the field above it fills.
import { get, withQuery } from "./api.js";
import { byId, element } from "./dom.js";
import { say } from "./words.js";

const pauseMs = 200;  // our choice: who types faster than this is still typing
const shown = 8;      // entries in the list: what is read at a glance

const isNumber = text => /^[+\d][\d\s().\-/]{2,}$/.test(text.trim());

export class Recipients {
  constructor(changed) {
    this.items = [];
    this.changed = changed;
    this.options = [];
    this.active = -1;
    this.input = byId("to");
    this.list = byId("found");
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.#look(), pauseMs); });
    this.input.addEventListener("keydown", event => this.#key(event));
    this.input.addEventListener("blur", () => setTimeout(() => { this.#close(); this.#takeNumber(); }, 150));
  }

  get hasTypedNumber() { return this.items.length === 1 && this.items[0].number !== undefined && !this.items[0].entry; }

  /** Adds one that is not there yet: `{ number }`, `{ entry, name, number }` or `{ group }`. */
  add(item) {
    const same = one => one.entry === item.entry && one.group === item.group
      && (item.entry || item.group || digits(one.number) === digits(item.number));
    if (!this.items.some(same)) this.items.push(item);
    this.input.value = "";
    this.#close();
    this.#draw();
    this.changed();
  }

  /** What was typed and not taken yet becomes a recipient if it is a number. */
  #takeNumber() {
    const text = this.input.value.trim();
    if (isNumber(text)) this.add({ number: text });
  }

  async #look() {
    const name = this.input.value.trim(), mine = this.asked = {};
    if (name === "" || isNumber(name)) { this.#close(); return; }
    const [byName, byGroup] = await Promise.all([
      get(withQuery("/address-book", { name, limit: shown })), get(withQuery("/address-book", { group: name, limit: 1 })),
    ]).catch(() => [{ entries: [] }, { entries: [] }]);
    if (this.asked !== mine) return;
    this.options = [
      ...byGroup.entries.length > 0 ? [{ group: name }] : [],
      ...byName.entries.filter(one => one.name !== null)
        .map(one => ({ entry: one.id, name: one.name, number: one.number, verified: one.verified !== null })),
    ];
    this.active = this.options.length > 0 ? 0 : -1;
    this.#open(name);
  }

  #open(name) {
    this.list.replaceChildren(...this.options.map((one, index) => element("li", {
      role: "option", id: `found-${index}`, "aria-selected": index === this.active ? "true" : "false",
      onmousedown: event => { event.preventDefault(); this.add(one); },
    }, one.group ? say("recipients.group", { group: one.group }) : `${one.name} · ${one.number}`)));
    if (this.options.length === 0) {
      this.list.append(element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, say("recipients.nobodys-name-begins-with", { name })));
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `found-${this.active}`);
  }

  #close() {
    this.asked = null;
    this.options = [];
    this.active = -1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.key === "Escape" && !this.list.hidden) { event.preventDefault(); this.#close(); return; }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.options.length > 0) {
      event.preventDefault();
      this.active = (this.active + (event.key === "ArrowDown" ? 1 : -1) + this.options.length) % this.options.length;
      for (const [index, item] of [...this.list.children].entries()) item.setAttribute("aria-selected", String(index === this.active));
      this.input.setAttribute("aria-activedescendant", `found-${this.active}`);
      return;
    }
    if ((event.key === "Enter" || event.key === ",") && this.input.value.trim() !== "") {
      event.preventDefault();
      if (this.active >= 0) this.add(this.options[this.active]);
      else this.#takeNumber();
    }
  }

  #draw() {
    byId("recipients").replaceChildren(...this.items.map(item => element("li", {},
      item.group ? say("recipients.group", { group: item.group }) : item.entry ? `${item.name} · ${item.number}` : item.number, " ",
      element("button", {
        type: "button", class: "quiet", "aria-label": say("any.take-out", { name: item.group ?? item.name ?? item.number }),
        onclick: () => { this.items = this.items.filter(one => one !== item); this.#draw(); this.changed(); this.input.focus(); },
      }, "×"))));
  }
}

const digits = text => (text ?? "").replace(/\D/g, "");
