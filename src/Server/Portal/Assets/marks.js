// SPDX-License-Identifier: Apache-2.0
// Marks on a copy of a page, in parts of its width and height, as the API takes them: boxes and words are buttons that keys can move, strokes are
// drawn.
import { element } from "./dom.js";
import { say } from "./words.js";

const step = 0.01; // of the page: an arrow key's
const least = 0.008;
const kept = (value, most = 1) => Math.min(most, Math.max(0, value));

export class Marks {
  /** @param box the element over the sheet; @param strokes the canvas over it; @param changed is called at each change. */
  constructor({ box, strokes, changed, askWords }) {
    Object.assign(this, { box, strokes, changed, askWords });
    this.tool = "redaction";
    this.items = [];
    box.addEventListener("pointerdown", event => this.#begin(event));
  }

  /** Shows the marks of a page; changes go into this list. */
  show(items) {
    this.items = items;
    this.draw();
  }

  add(mark) {
    this.items.push(mark);
    this.draw();
    this.changed();
    this.box.querySelectorAll("button")[this.items.filter(one => one.kind !== "pen").indexOf(mark)]?.focus();
  }

  async addInTheMiddle() {
    if (this.tool === "text") await this.#write(0.3, 0.45);
    else if (this.tool === "pen") this.add({ kind: "pen", path: [0.4, 0.5, 0.6, 0.5] });
    else this.add({ kind: "redaction", left: 0.35, top: 0.45, width: 0.3, height: 0.05 });
  }

  undo() {
    this.items.pop();
    this.draw();
    this.changed();
  }

  draw() {
    const { box, strokes } = this;
    box.replaceChildren(...this.items.filter(one => one.kind !== "pen").map((one, index) => {
      const made = element("button", {
        type: "button", class: `mark ${one.kind}`, onkeydown: event => this.#key(event, one),
        "aria-label": one.kind === "text" ? say("marks.words", { text: one.text }) : say("marks.black-box", { number: index + 1 }),
      }, one.kind === "text" ? one.text : "");
      made.style.left = `${one.left * 100}%`;
      made.style.top = `${one.top * 100}%`;
      if (one.kind === "redaction") {
        made.style.width = `${one.width * 100}%`;
        made.style.height = `${one.height * 100}%`;
      } else {
        // Letters are points of a sheet that is 8.5 inches, 612 points, wide.
        made.style.fontSize = `${one.points / 612 * box.clientWidth}px`;
      }
      return made;
    }));
    [strokes.width, strokes.height] = [box.clientWidth, box.clientHeight];
    for (const one of this.items.filter(mark => mark.kind === "pen")) this.#stroke(one.path);
  }

  #stroke(path) {
    const ink = this.strokes.getContext("2d"), { width, height } = this.strokes;
    ink.lineWidth = Math.max(1, 1.5 / 612 * width);
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = "#000";
    ink.beginPath();
    for (let i = 0; i < path.length; i += 2) ink.lineTo(path[i] * width, path[i + 1] * height);
    ink.stroke();
  }

  #placeOf(event) {
    const { left, top, width, height } = this.box.getBoundingClientRect();
    return [kept((event.clientX - left) / width), kept((event.clientY - top) / height)];
  }

  async #write(left, top) {
    const words = await this.askWords();
    if (words) this.add({ kind: "text", left, top, ...words });
  }

  #begin(event) {
    if (event.button !== 0 || event.target.closest("button")) return;
    event.preventDefault();
    const [x, y] = this.#placeOf(event);
    if (this.tool === "text") { this.#write(x, y); return; }
    const { box, tool } = this;
    const mark = tool === "pen" ? { kind: "pen", path: [x, y] } : { kind: "redaction", left: x, top: y, width: 0, height: 0 };
    box.setPointerCapture(event.pointerId);
    const move = moved => {
      const [at, down] = this.#placeOf(moved);
      if (tool === "pen") { if (mark.path.length < 4000) mark.path.push(at, down); } else {
        Object.assign(mark, { left: Math.min(x, at), top: Math.min(y, down), width: Math.abs(at - x), height: Math.abs(down - y) });
      }
      this.draw();
      if (tool === "pen") this.#stroke(mark.path); else this.#outline(mark);
    };
    const end = () => {
      box.removeEventListener("pointermove", move);
      // A click that drew nothing is no mark.
      if (tool === "pen" ? mark.path.length >= 4 : mark.width > least || mark.height > least) {
        if (tool === "redaction") Object.assign(mark, { width: Math.max(mark.width, least), height: Math.max(mark.height, least) });
        this.add(mark);
      } else this.draw();
    };
    box.addEventListener("pointermove", move);
    box.addEventListener("pointerup", end, { once: true });
  }

  #outline(mark) {
    const ink = this.strokes.getContext("2d"), { width, height } = this.strokes;
    ink.fillStyle = "#000";
    ink.fillRect(mark.left * width, mark.top * height, mark.width * width, mark.height * height);
  }

  #key(event, mark) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      this.items.splice(this.items.indexOf(mark), 1);
      this.draw();
      this.changed();
      return;
    }
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey && mark.kind === "redaction") {
      mark.width = Math.max(least, kept(mark.width + way[0], 1 - mark.left));
      mark.height = Math.max(least, kept(mark.height + way[1], 1 - mark.top));
    } else {
      mark.left = kept(mark.left + way[0], 1 - (mark.width ?? 0));
      mark.top = kept(mark.top + way[1], 1 - (mark.height ?? 0));
    }
    const index = this.items.filter(one => one.kind !== "pen").indexOf(mark);
    this.draw();
    this.changed();
    this.box.querySelectorAll("button")[index].focus();
  }
}
