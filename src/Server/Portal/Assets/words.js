// SPDX-License-Identifier: Apache-2.0
// What pages say, in the person's language. It is text: nothing of it becomes markup.
import { said } from "./said.js";

const language = document.documentElement.lang;
const languageOf = tag => new Intl.Locale(tag).language;

/** How dates and numbers are written: as the browser's owner has them in the page's language, else as that language has them. */
export const locale = navigator.languages.find(tag => languageOf(tag) === languageOf(language)) ?? language;

const plural = new Intl.PluralRules(language), numerals = new Intl.NumberFormat(locale);

/** A number as people write it. */
export const numeral = count => numerals.format(count);

function valueOf(key, name, values) {
  const value = values[name];
  if (value === undefined || value === null) throw new Error(`${key} lacks its ${name}`);
  return typeof value === "number" ? numeral(value) : value;
}

/** The words of a key in parts, values at their places: elements stay elements. Of several forms `count` chooses one, by the language's own rule. */
export function phrase(key, values = {}) {
  const found = said[key];
  if (found === undefined) throw new Error(`there are no words for ${key}`);
  const words = typeof found === "string" ? found : found[plural.select(values.count)] ?? found.other;
  return words.split(/\{([a-zA-Z]+)\}/).map((part, index) => index % 2 === 0 ? part : valueOf(key, part, values)).filter(part => part !== "");
}

/** The same as one text. */
export const say = (key, values) => phrase(key, values).join("");
