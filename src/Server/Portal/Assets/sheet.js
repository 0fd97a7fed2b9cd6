// SPDX-License-Identifier: Apache-2.0
// A page of a fax on the screen: drawn, with who looks and when across it, so that a photograph of the screen or a print tells whose it was.
// The picture is in memory alone: it is fetched with no-store, and closed when the page is left.
import { send } from "./api.js";
import { longTime } from "./dom.js";

const viewer = document.querySelector(".me a");
const watermark = `${viewer.textContent} ${document.body.dataset.account.slice(0, 8)} · ${longTime(new Date())}`;

/**
 * How much higher than its picture a page is. Standard resolution has half as many rows as it has pels to the inch across; the picture repeats them,
 * and the rest of it (204 to 196) is ours.
 */
export function squeezeOf({ resolutionXDpi, resolutionYDpi }) {
  const ratio = resolutionXDpi / resolutionYDpi;
  return ratio >= 1 ? ratio / Math.round(ratio) : ratio * Math.round(1 / ratio);
}

/** A page's picture. */
export async function picture(path, signal) {
  const response = await send("GET", path, { headers: { Accept: "image/png" }, signal });
  return createImageBitmap(await response.blob());
}

/**
 * Watches elements of a page each (`data-page`) and draws its small picture, of so many pels, on the canvas in it once it comes into sight:
 * what nobody saw was not disclosed.
 */
export function smallPictures(fax, width, root = null) {
  const seen = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      picture(`/faxes/${fax}/pages/${target.dataset.page}/thumbnail?width=${width}`).then(bitmap => {
        paint(target.querySelector("canvas"), bitmap, { squeeze: 1 });
        bitmap.close();
      }, () => {});
    }
  }, { root, rootMargin: "80px" });
  return seen;
}

/** Draws a picture, turned by quarters, and the mark across it. */
export function paint(canvas, bitmap, { quarters = 0, squeeze = 1, width = bitmap.width } = {}) {
  const scale = width / bitmap.width;
  const wide = Math.round(bitmap.width * scale), high = Math.round(bitmap.height * scale * squeeze);
  const isSideways = quarters % 2 === 1;
  [canvas.width, canvas.height] = isSideways ? [high, wide] : [wide, high];
  const ink = canvas.getContext("2d", { alpha: false });
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.save();
  ink.translate(canvas.width / 2, canvas.height / 2);
  ink.rotate(quarters * Math.PI / 2);
  ink.imageSmoothingQuality = "high";
  ink.drawImage(bitmap, -wide / 2, -high / 2, wide, high);
  ink.restore();
  mark(ink, canvas);
}

function mark(ink, canvas) {
  const size = Math.max(12, Math.round(canvas.width / 55));
  ink.save();
  ink.font = `${size}px system-ui, sans-serif`;
  ink.fillStyle = "rgba(160, 30, 30, 0.22)";
  ink.translate(canvas.width / 2, canvas.height / 2);
  ink.rotate(-Math.PI / 7);
  const length = Math.hypot(canvas.width, canvas.height), step = ink.measureText(watermark).width + size * 5;
  for (let y = -length / 2; y < length / 2; y += size * 12) {
    for (let x = -length / 2 + ((y / (size * 12)) & 1) * step / 2; x < length / 2; x += step) ink.fillText(watermark, x, y);
  }
  ink.restore();
}
