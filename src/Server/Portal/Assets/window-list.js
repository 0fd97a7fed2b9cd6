// SPDX-License-Identifier: Apache-2.0
// A list of any length of which only the rows on screen are in the document: they are placed by their number, and more are asked for before
// the end comes into sight.
import { element, onScreen } from "./dom.js";

const beyond = 10; // rows kept above and below the screen, so that scrolling shows no gap

const put = (row, name, value) => { if (row.getAttribute(name) !== value) row.setAttribute(name, value); };

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
    this.drawn = new Map();
    this.isPressed = false;
    rows.addEventListener("click", event => this.#click(event));
    rows.addEventListener("pointerdown", () => { this.isPressed = true; });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.#release());
    addEventListener("pointermove", event => { if (event.buttons === 0) this.#release(); }); // let go outside of the window
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

  /** Draws what is on screen; while a pointer is pressed on a row nothing moves, and it is drawn once that has become a click. */
  draw() {
    if (this.isPressed) return;
    const { frame, rows, rowPx, items } = this;
    // Read before anything is written, so that the page is laid out once. A list that became shorter is scrolled back by the browser.
    const height = frame.clientHeight, top = Math.max(0, Math.min(frame.scrollTop, items.length * rowPx - height));
    // First what is on screen, so that it is there soon; the rows beyond it, and what is asked for next, after that frame.
    const isFirst = this.drawn.size === 0 && height > 0, around = isFirst ? 0 : beyond;
    rows.style.height = `${items.length * rowPx}px`;
    frame.setAttribute("aria-rowcount", this.hasMore ? "-1" : String(items.length + 1));
    const first = Math.max(0, Math.floor(top / rowPx) - around);
    const last = Math.min(items.length, Math.ceil((top + height) / rowPx) + around);
    const drawn = [];
    for (let index = first; index < last; index++) drawn.push(this.#rowOf(items[index], index));
    this.#place(drawn);
    const active = items[this.active];
    if (active && this.active >= first && this.active < last) frame.setAttribute("aria-activedescendant", `row-${active.id}`);
    else frame.removeAttribute("aria-activedescendant");
    if (isFirst && drawn.length > 0) onScreen().then(() => this.draw());
    else if (this.hasMore && last + 40 >= items.length) this.more();
  }

  // What is drawn already stays the element that it is: a row that changed hands under a pressed mouse would lose the click.
  #rowOf(item, index) {
    const isSelected = this.isChosen ? this.isChosen(item) : index === this.active;
    const row = this.drawn.get(item.id) ?? element("div", { role: "row", "data-id": item.id, id: `row-${item.id}` });
    put(row, "class", `grid-row${this.isChosen && index === this.active ? " active" : ""} ${this.kind(item)}`.trimEnd());
    put(row, "aria-rowindex", String(index + 2));
    put(row, "aria-selected", String(isSelected));
    const transform = `translateY(${index * this.rowPx}px)`;
    if (row.style.transform !== transform) row.style.transform = transform;
    for (const [at, cell] of this.cells(item).entries()) {
      const there = row.children[at];
      if (!there) row.append(cell);
      else if (!there.isEqualNode(cell)) there.replaceWith(cell);
      else for (const box of there.querySelectorAll("input[type=checkbox]")) box.checked = box.defaultChecked;
    }
    return row;
  }

  // In their order, touching only what is not in its place.
  #place(drawn) {
    this.drawn = new Map(drawn.map(row => [row.dataset.id, row]));
    for (const row of [...this.rows.children]) if (this.drawn.get(row.dataset.id) !== row) row.remove();
    let at = this.rows.firstElementChild;
    for (const row of drawn) {
      if (row === at) at = at.nextElementSibling;
      else this.rows.insertBefore(row, at);
    }
  }

  #release() {
    if (!this.isPressed) return;
    this.isPressed = false;
    setTimeout(() => this.draw());
  }

  #click(event) {
    // The cell that was clicked may have been drawn anew by now.
    const row = event.composedPath().find(node => node.parentElement === this.rows);
    const index = this.items.findIndex(item => item.id === row?.dataset.id);
    if (index < 0) return;
    this.active = index;
    if (!event.target.closest("a, button, input, select")) this.open(this.items[index], event);
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
