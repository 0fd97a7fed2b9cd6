// SPDX-License-Identifier: Apache-2.0
// A list of any length of which only the rows on screen are in the document: they are placed by their number, and more are asked for before
// the end comes into sight.
import { element } from "./dom.js";

const beyond = 10; // rows kept above and below the screen, so that scrolling shows no gap

export class WindowList {
  /**
   * @param frame the element that scrolls, a grid; @param rows the element that holds the rows; @param rowPx the height of a row;
   * @param cells makes the cells of an item; @param open opens an item; @param more asks for more items;
   * @param isChosen whether an item is chosen, where several can be; @param kind a class of its row.
   */
  constructor({ frame, rows, rowPx, cells, open, more, href, isChosen = null, kind = () => "" }) {
    Object.assign(this, { frame, rows, rowPx, cells, open, more, href, isChosen, kind });
    this.items = [];
    this.active = 0;
    this.hasMore = false;
    frame.addEventListener("scroll", () => this.#soon(), { passive: true });
    addEventListener("resize", () => this.#soon());
    frame.addEventListener("keydown", event => this.#key(event));
  }

  /** Shows these; the active row stays on its item. */
  show(items, hasMore) {
    const id = this.items[this.active]?.id;
    this.items = items;
    this.hasMore = hasMore;
    const found = items.findIndex(item => item.id === id);
    this.active = found >= 0 ? found : Math.min(this.active, Math.max(0, items.length - 1));
    this.draw();
  }

  draw() {
    const { frame, rows, rowPx, items } = this;
    rows.style.height = `${items.length * rowPx}px`;
    frame.setAttribute("aria-rowcount", this.hasMore ? "-1" : String(items.length + 1));
    const first = Math.max(0, Math.floor((frame.scrollTop) / rowPx) - beyond);
    const last = Math.min(items.length, Math.ceil((frame.scrollTop + frame.clientHeight) / rowPx) + beyond);
    const drawn = [];
    for (let index = first; index < last; index++) {
      const item = items[index];
      const isSelected = this.isChosen ? this.isChosen(item) : index === this.active;
      const row = element("div", {
        role: "row", class: `grid-row${this.isChosen && index === this.active ? " active" : ""} ${this.kind(item)}`.trimEnd(),
        "aria-rowindex": index + 2, "aria-selected": String(isSelected),
        "data-id": item.id, id: `row-${item.id}`,
      }, this.cells(item));
      row.style.transform = `translateY(${index * rowPx}px)`;
      row.addEventListener("click", event => {
        this.active = index;
        if (!event.target.closest("a, button, input, select")) this.open(item, event);
      });
      drawn.push(row);
    }
    rows.replaceChildren(...drawn);
    const active = items[this.active];
    if (active && this.active >= first && this.active < last) frame.setAttribute("aria-activedescendant", `row-${active.id}`);
    else frame.removeAttribute("aria-activedescendant");
    if (this.hasMore && last + 40 >= items.length) this.more();
  }

  #soon() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.draw(); });
  }

  #key(event) {
    if (event.target !== this.frame) return;
    const page = Math.max(1, Math.floor(this.frame.clientHeight / this.rowPx) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.items.length, End: this.items.length };
    if (event.key === "Enter" && this.items[this.active]) { this.open(this.items[this.active], event); return; }
    if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.move(steps[event.key]);
  }

  /** Goes so many rows down, or up, and brings the row into sight. */
  move(step) {
    this.active = Math.max(0, Math.min(this.items.length - 1, this.active + step));
    const top = this.active * this.rowPx, { frame, rowPx } = this;
    const head = frame.firstElementChild.offsetHeight;
    if (top < frame.scrollTop) frame.scrollTop = top;
    else if (top + rowPx + head > frame.scrollTop + frame.clientHeight) frame.scrollTop = top + rowPx + head - frame.clientHeight;
    this.draw();
  }
}
