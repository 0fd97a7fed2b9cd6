// SPDX-License-Identifier: Apache-2.0
// A test call on a trunk: placed, followed, and told in plain words.
import { get, post, Refused, send } from "./api.js";
import { findingWords } from "./causes.js";
import { asIs, attempt, byId, element, facts } from "./dom.js";
import { locale, say } from "./words.js";

const dialog = byId("test-call"), form = dialog.querySelector("form");
const lookMs = 500;
const seconds = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

const steps = {
  placed: say("test-call.calling"), ringing: say("test-call.it-rings"), answered: say("test-call.answered-agreeing-on-a-fax"),
  t38: say("test-call.connected-by-t-38-waiting"),
};
const kinds = { identified: [say("test-call.it-works"), "good"], failed: [say("test-call.it-does-not-work"), "bad"], cancelled: [say("test-call.ended"), "still"] };
// Whoever was called, or our own lines, were the reason: of the trunk nothing is known by that.
const othersCauses = ["busy", "no-answer", "no-carrier", "no-such-number", "not-ready", "rejected", "lines-taken"];
const dpi = resolution => say("test-call.dpi", { resolution });
const resolutions = {
  standard: say("test-call.standard"), fine: say("test-call.fine"), superfine: say("test-call.superfine"),
  dpi200: dpi(200), dpi300: dpi(300), r16: dpi("408 × 391"), dpi400: dpi(400), dpi600: dpi(600),
};

function wordsOf(call) {
  if (call.state === "cancelled") return say("test-call.ended-here-before-a-fax");
  if (call.state !== "identified") return findingWords(call.cause, call.words);
  return call.station?.canReceive === false ? say("test-call.takes-none-now") : say("test-call.carries-faxes");
}

function abilitiesOf({ rateMax: rate, width, ecm }) {
  const paper = width.toUpperCase();
  return ecm ? say("test-call.up-to-bit-s-with", { rate, paper }) : say("test-call.up-to-bit-s-without", { rate, paper });
}

let trunk = "", timer = 0;
const at = () => `/trunks/${encodeURIComponent(trunk)}/test-call`;

function paint(call) {
  const isCalling = call?.state === "calling";
  byId("test-begin").hidden = isCalling;
  byId("test-end").hidden = !isCalling;
  form.elements.number.readOnly = isCalling;
  const words = byId("test-words");
  if (!call) words.replaceChildren();
  else if (isCalling) words.replaceChildren(steps[call.progress] ?? steps.placed);
  else {
    const [verdict, kind] = othersCauses.includes(call.cause) ? [say("test-call.not-known-yet"), "warn"] : kinds[call.state];
    words.replaceChildren(element("span", { class: `badge ${kind}` }, verdict), " ", wordsOf(call));
  }
  const station = call?.station;
  facts(byId("test-facts"), !call || isCalling ? [] : [
    [say("test-call.called"), call.number],
    [say("test-call.it-calls-itself"), station ? station.id || say("test-call.it-says-nothing") : null],
    [say("test-call.it-takes"), station ? abilitiesOf(station) : null],
    [say("test-call.resolutions"), station?.resolutions.map(one => resolutions[one] ?? one).join(", ")],
    [say("test-call.answered-after"), call.answeredAfterMs === null ? null : say("test-call.seconds", { seconds: seconds.format(call.answeredAfterMs / 1000) })],
    [say("test-call.for-your-provider"), call.state !== "failed" ? null : [call.sipStatus ? `SIP ${call.sipStatus}: ` : "", call.detail ? asIs(call.detail) : say("test-call.nothing-more-is-known")]],
  ]);
}

// What can't be asked for now is asked for again: the call goes on without us.
async function look() {
  clearTimeout(timer);
  if (!dialog.open) return;
  const mine = trunk;
  const call = await get(at()).catch(failure => failure instanceof Refused && failure.status === 404 ? null : undefined);
  if (mine !== trunk || !dialog.open) return;
  if (call !== undefined) paint(call);
  if (call === undefined || call?.state === "calling") timer = setTimeout(look, lookMs);
}

form.addEventListener("submit", event => {
  event.preventDefault();
  attempt(form, async () => {
    const field = form.elements.number;
    if (field.value.trim() === "") { field.focus(); throw new Error(say("test-call.give-the-number-of-a")); }
    paint(await post(at(), { number: field.value }));
  }).then(isPlaced => { if (isPlaced) { byId("test-end").focus(); look(); } });
});
byId("test-end").addEventListener("click", () => attempt(form, () => send("DELETE", at())).then(() => { look(); form.elements.number.focus(); }));
dialog.addEventListener("close", () => clearTimeout(timer));

/** Asks for a test call on a trunk, or shows the one that was. */
export function testCall(name) {
  trunk = name;
  byId("test-title").textContent = say("test-call.test-call-on", { trunk: name });
  form.reset();
  form.querySelector(".fault").hidden = true;
  paint(null);
  dialog.showModal();
  look();
}
