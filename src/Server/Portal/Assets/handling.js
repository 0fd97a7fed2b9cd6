// SPDX-License-Identifier: Apache-2.0
// How received faxes are handled: the words for it, the changes with a way back, and the panel beside a fax's pages.
import { get, json, post, Refused } from "./api.js";
import { attempt, byId, element, may, notice, timeElement } from "./dom.js";
import { say } from "./words.js";

const me = document.body.dataset.account;
export const mayHandle = may("faxes.handle");
export const handlingWords = { new: say("work.new"), open: say("work.open"), done: say("work.done") };
const marked = { new: say("handling.marked-new"), open: say("handling.marked-open"), done: say("handling.marked-done") };

let asked = null;
/** People who may take care of faxes, asked for once a page. */
export const people = () => asked ??= get("/assignees").then(answer => answer.assignees);

let names = null;
/** Who takes care of a fax, in words. */
export const nameOf = account => account === null ? say("handling.nobody") : account === me ? say("handling.you") : names?.get(account) ?? say("handling.somebody-else");
export const knowNames = async () => { names = new Map((await people()).map(one => [one.id, one.name])); };

const isNamed = account => account === me || names !== null;
/** State and assignee in one line: in words, so that no colour has to be told apart. Who it is stands there once names are known. */
export const handlingLine = handling => handling === null ? ""
  : handlingWords[handling.state] + (handling.assignee && isNamed(handling.assignee) ? ` · ${nameOf(handling.assignee)}` : "");

const done = [];
/** Says what was done, with a way back, and remembers it for the key U. `after` hears of faxes that changed once more. */
export function undoable(words, answer, after) {
  const take = async () => {
    const at = done.findIndex(one => one.id === answer.undo.id);
    if (at >= 0) done.splice(at, 1);
    line.remove();
    try {
      const undone = await post("/handling/undo", { undo: answer.undo.id });
      notice(say("any.taken-back"));
      await after(undone.faxes);
    } catch (failure) {
      notice(failure instanceof Refused && failure.status === 404 ? say("handling.it-is-too-late-to") : failure.message, { isFault: true });
    }
  };
  const line = notice(words, { undo: take });
  done.push({ id: answer.undo.id, take });
}
/** Takes the last change back. */
export const undoLast = () => done.length > 0 ? done.at(-1).take() : notice(say("handling.there-is-nothing-to-take"));

/** Changes many faxes, all or none; the answer. */
export const changeMany = (ids, change) => post("/faxes/handling", { faxes: ids, ...change });

/** The panel beside a fax's pages. `reload` gets the fax anew. */
export class HandlingPanel {
  constructor(reload) {
    this.reload = reload;
    this.fax = null;
    for (const button of byId("states").querySelectorAll("button")) {
      button.addEventListener("click", () => this.#change({ state: button.value }, marked[button.value]));
    }
    byId("take").addEventListener("click", () => this.#assign(me));
    byId("assignee").addEventListener("change", () => this.#assign(byId("assignee").value));
    byId("tag-form").addEventListener("submit", event => {
      event.preventDefault();
      const field = event.target.elements.tag, tag = field.value.trim();
      if (tag !== "") this.#change({ tags: [...this.fax.handling.tags, tag] }, say("handling.tag-added")).then(isGood => { if (isGood) field.value = ""; });
    });
    byId("note-form").addEventListener("submit", event => {
      event.preventDefault();
      const field = event.target.elements.text;
      attempt(event.target, async () => {
        await post(`/faxes/${this.fax.id}/notes`, { text: field.value });
        field.value = "";
        notice(say("handling.the-note-is-kept"));
        await this.#notes();
      });
    });
    addEventListener("keydown", event => {
      if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]") || !this.fax?.handling
          || event.altKey || event.ctrlKey || event.metaKey || !mayHandle) return;
      if (event.key === "e") this.#change({ state: "done" }, marked.done);
      else if (event.key === "m") this.#assign(me);
      else if (event.key === "u") undoLast();
      else return;
      event.preventDefault();
    });
  }

  /** Shows how a fax is handled; of one that goes out nothing. */
  async show(fax) {
    const isFirst = this.fax === null;
    this.fax = fax;
    byId("handling").hidden = fax.handling === null;
    if (fax.handling === null) return;
    if (isFirst) {
      await knowNames();
      const line = fax.line;
      byId("assignee").append(...(await people()).filter(one => one.inboxes.includes("all") || one.inboxes.includes(line))
        .map(one => element("option", { value: one.id }, one.id === me ? say("handling.you-named", { name: one.name }) : one.name)));
    }
    this.#draw();
    if (isFirst) await this.#notes();
  }

  #draw() {
    const { state, assignee, tags } = this.fax.handling;
    for (const button of byId("states").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === state));
      button.disabled = !mayHandle;
    }
    const select = byId("assignee");
    // Somebody who may see the fax no more still stands there, until somebody else is chosen.
    if (assignee && ![...select.options].some(one => one.value === assignee)) select.append(element("option", { value: assignee }, nameOf(assignee)));
    select.value = assignee ?? "";
    select.disabled = !mayHandle;
    byId("take").hidden = !mayHandle || assignee === me || ![...select.options].some(one => one.value === me);
    byId("tags").replaceChildren(...(tags ?? []).map(tag => element("li", { class: "tag" }, tag,
      mayHandle ? element("button", {
        type: "button", class: "quiet", "aria-label": say("handling.take-the-tag-away", { tag }),
        onclick: () => this.#change({ tags: tags.filter(one => one !== tag) }, say("handling.tag-taken-away")),
      }, "×") : null)));
    byId("tag-form").hidden = byId("note-form").hidden = !mayHandle || tags === null;
  }

  #assign(account) {
    return this.#change(account === "" ? { unassign: true } : { assignee: account },
      account === "" ? say("handling.nobody-takes-care-of-it") : account === me ? say("handling.you-take-care-of-it") : say("handling.takes-care-of-it-now", { name: nameOf(account) }));
  }

  #change(change, words) {
    return attempt(byId("handling"), async () => {
      try {
        const answer = await json("PATCH", `/faxes/${this.fax.id}/handling`,
          { body: change, headers: { "If-Match": `"${this.fax.handling.version}"` } });
        await this.#again();
        undoable(words, answer, () => this.#again());
      } catch (failure) {
        if (!(failure instanceof Refused) || failure.status !== 412) throw failure;
        await this.#again();
        throw new Error(say("handling.somebody-else-changed-it-since"));
      }
    });
  }

  async #again() {
    this.fax = await this.reload();
    this.#draw();
  }

  async #notes() {
    const { notes } = await get(`/faxes/${this.fax.id}/notes`);
    byId("notes").replaceChildren(...notes.map(note => element("li", { class: note.struckAt ? "struck" : null },
      element("p", { class: "note" }, note.struckAt ? element("del", {}, textOf(note)) : textOf(note)),
      element("p", { class: "hint" }, nameOf(note.author), ", ", timeElement(note.writtenAt),
        note.struckAt ? [" ", element("strong", {}, say("handling.struck-out"))] : null,
        mayHandle && note.author === me && !note.struckAt ? element("button", {
          type: "button", class: "quiet", "aria-label": say("handling.strike-out-note", { number: note.number }), onclick: () => this.#strike(note),
        }, say("handling.strike-out")) : null))));
    byId("notes-head").textContent = notes.length === 0 ? say("handling.notes") : say("handling.so-many-notes", { count: notes.length });
  }

  /** Shows the notes again, if others may have written one. */
  refreshNotes() { return this.fax?.handling ? this.#notes() : Promise.resolve(); }

  #strike(note) {
    return attempt(byId("handling"), async () => {
      await post(`/faxes/${this.fax.id}/notes/${note.number}/strike`);
      await this.#notes();
      notice(say("handling.the-note-is-struck-out"));
    });
  }
}

const textOf = note => note.text ?? (note.fields === "erased" ? say("any.erased") : say("any.tampered"));
