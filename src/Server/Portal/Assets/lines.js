// SPDX-License-Identifier: Apache-2.0
// The practice's lines, asked for once a page.
import { get } from "./api.js";

const list = get("/lines").then(answer => answer.lines);

export const lines = () => list;

export const lineName = line => line.name ?? line.number ?? "Line";

/** What a line is called, by its id. */
export async function lineNames() {
  return new Map((await list).map(line => [line.id, lineName(line)]));
}
