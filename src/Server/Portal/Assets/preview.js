// SPDX-License-Identifier: Apache-2.0
// Pages one after the other on one canvas, each fetched when it is looked at: each is a disclosure.
import { send } from "./api.js";
import { byId } from "./dom.js";
import { paint } from "./sheet.js";
import { say } from "./words.js";

export class PagePreview {
  /** @param fetchPage gives the response with the PNG of a page, by its number from 1. */
  constructor(fetchPage) {
    this.fetchPage = fetchPage;
    this.page = 1;
    this.count = 0;
    // Held, since the page is emptied before it is left.
    this.parts = Object.fromEntries(["preview", "preview-words", "preview-tools", "preview-page", "preview-pages", "before", "after", "paper"]
      .map(id => [id, byId(id)]));
    this.parts.before.addEventListener("click", () => this.show(this.page - 1));
    this.parts.after.addEventListener("click", () => this.show(this.page + 1));
    addEventListener("pagehide", () => this.clear(""));
  }

  /** Shows nothing, and says why. */
  clear(words) {
    this.count = 0;
    this.asked = null;
    const canvas = this.parts.preview;
    canvas.width = canvas.height = 0;
    canvas.setAttribute("aria-label", say("any.no-page-yet"));
    this.parts["preview-words"].textContent = words;
    this.parts["preview-tools"].hidden = this.parts.paper.hidden = true;
  }

  /** Shows a page of so many. */
  async show(page, count = this.count) {
    if (page < 1 || page > count) return;
    [this.page, this.count] = [page, count];
    const mine = this.asked = {};
    this.parts["preview-tools"].hidden = false;
    this.parts["preview-page"].textContent = String(page);
    this.parts["preview-pages"].textContent = String(count);
    this.parts.before.disabled = page <= 1;
    this.parts.after.disabled = page >= count;
    this.parts["preview-words"].textContent = say("preview.getting-the-page");
    try {
      const file = await (await this.fetchPage(page)).blob();
      const [bitmap, squeeze] = await Promise.all([createImageBitmap(file), squeezeOf(file)]);
      if (this.asked === mine) {
        this.parts.paper.hidden = false;
        paint(this.parts.preview, bitmap, { squeeze });
        this.parts.preview.setAttribute("aria-label", say("any.page-of", { page, pages: count }));
        this.parts["preview-words"].textContent = "";
      }
      bitmap.close();
    } catch (failure) {
      if (this.asked !== mine) return;
      this.parts["preview-words"].textContent = failure instanceof TypeError ? say("preview.the-server-cant-be-reached") : failure.message;
      throw failure;
    }
  }
}

// Standard resolution has half as many rows as pels to the inch: the file says so (PNG §11.3.4.3, pHYs, the first chunk behind IHDR).
async function squeezeOf(file) {
  const bytes = new DataView(await file.slice(33, 54).arrayBuffer());
  const isThere = bytes.byteLength >= 16 && bytes.getUint32(4) === 0x70485973;
  return isThere && bytes.getUint32(12) > 0 ? bytes.getUint32(8) / bytes.getUint32(12) : 1;
}

export const png = (method, path, options = {}) =>
  send(method, path, { ...options, headers: { Accept: "image/png", ...options.headers } });
