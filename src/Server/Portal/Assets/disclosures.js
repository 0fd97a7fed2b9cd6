// SPDX-License-Identifier: Apache-2.0
// What an entry of the ledger says that somebody did with a fax.
import { say } from "./words.js";

const acts = { list: say("disclosures.saw-its-number-in-a"), export: say("disclosures.took-all-of-it-as"), delivery: say("disclosures.sent-it-on") };
const ofPages = { page: page => say("disclosures.saw-page", { page }), thumbnail: page => say("disclosures.saw-a-small-picture-of", { page }) };
const purposes = { treatment: say("disclosures.treatment"), payment: say("disclosures.payment"), operations: say("disclosures.operations") };

/** What was done; an act that is not known here as the API calls it. */
export const actOf = ({ act, page }) => page ? ofPages[act]?.(page) ?? `${acts[act] ?? act} ${page}` : acts[act] ?? act;

/** What it was for (45 CFR 164.506). */
export const purposeOf = ({ purpose }) => purposes[purpose] ?? purpose;
