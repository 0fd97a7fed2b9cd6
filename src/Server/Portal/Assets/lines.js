// SPDX-License-Identifier: Apache-2.0
// The practice's lines, asked for once a page, when they are first needed.
import { get } from "./api.js";
import { say } from "./words.js";

let asked = null;

/** All of them; anew if one was changed, or if it could not be asked. */
export function lines({ isNew = false } = {}) {
  if (isNew) asked = null;
  asked ??= get("/lines").then(answer => answer.lines).catch(failure => { asked = null; throw failure; });
  return asked;
}

export const lineName = line => line.name ?? line.number ?? say("any.line");

/** What a line is called, by its id. */
export async function lineNames() {
  return new Map((await lines()).map(line => [line.id, lineName(line)]));
}
