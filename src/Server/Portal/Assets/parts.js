// SPDX-License-Identifier: Apache-2.0
// Faxes that were split, and what they were split into, in words and links.
import { element } from "./dom.js";
import { numeral, say } from "./words.js";

/** Numbers of pages as people say them: 1–3, 5. */
export function rangesOf(pages) {
  const ranges = [];
  for (const page of pages) {
    const last = ranges.at(-1);
    if (last && page === last[1] + 1) last[1] = page; else ranges.push([page, page]);
  }
  return ranges.map(([from, to]) => from === to ? numeral(from) : say("parts.from-to", { from, to })).join(", ");
}

/** Pages of a fax in words, however many. */
export const pagesIn = pages => pages.length === 1 ? say("parts.page", { page: pages[0] }) : say("parts.pages", { pages: rangesOf(pages) });

/** Links to what was split off a fax; null if nothing was. */
export const partLinks = parts => parts.length === 0 ? null : element("ul", { class: "parts" }, ...parts.map((part, index) =>
  element("li", {}, element("a", { href: `/faxes/${part.fax}` }, say("parts.document-of", { number: index + 1, pages: pagesIn(part.pages) })))));

/** A link to the fax that one was split off, and which pages of that one it is. */
export const originLink = from => element("a", { href: `/faxes/${from.fax}` }, say("parts.of-another-fax", { pages: pagesIn(from.pages) }));

/** The same in a list's row: null of a fax that came as it is and was not split. */
export function partLine({ splitFrom, splitInto }) {
  if (splitFrom) return element("a", { href: `/faxes/${splitFrom.fax}`, tabindex: -1, class: "part" }, say("parts.split-off", { pages: pagesIn(splitFrom.pages) }));
  return splitInto.length > 0 ? element("span", { class: "part" }, say("parts.split-into", { count: splitInto.length })) : null;
}
