// SPDX-License-Identifier: Apache-2.0
// A test call on a trunk: placed, followed, and told in plain words.
import { get, post, Refused, send } from "./api.js";
import { attempt, byId, element, facts } from "./dom.js";

const dialog = byId("test-call"), form = dialog.querySelector("form");
const lookMs = 500;
const number = new Intl.NumberFormat(), seconds = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

const steps = {
  placed: "Calling…", ringing: "It rings…", answered: "Answered. Agreeing on a fax connection (T.38)…",
  t38: "Connected by T.38. Waiting for the fax machine to say what it can do…",
};
const kinds = { identified: ["It works", "good"], failed: ["It does not work", "bad"], cancelled: ["Ended", "still"] };
// Whoever was called, or our own lines, were the reason: of the trunk nothing is known by that.
const othersCauses = ["busy", "no-answer", "no-carrier", "no-such-number", "not-ready", "rejected", "lines-taken"];
const resolutions = {
  standard: "standard", fine: "fine", superfine: "superfine", dpi200: "200 dpi", dpi300: "300 dpi", r16: "408 × 391 dpi", dpi400: "400 dpi", dpi600: "600 dpi",
};

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
    const [verdict, kind] = othersCauses.includes(call.cause) ? ["Not known yet", "warn"] : kinds[call.state];
    words.replaceChildren(element("span", { class: `badge ${kind}` }, verdict), ` ${call.words}`);
  }
  const station = call?.station;
  facts(byId("test-facts"), !call || isCalling ? [] : [
    ["Called", call.number],
    ["It calls itself", station ? station.id || "It says nothing" : null],
    ["It takes", station ? `up to ${number.format(station.rateMax)} bit/s, ${station.ecm ? "with" : "without"} error correction, pages of ${station.width.toUpperCase()}` : null],
    ["Resolutions", station?.resolutions.map(one => resolutions[one] ?? one).join(", ")],
    ["Answered after", call.answeredAfterMs === null ? null : `${seconds.format(call.answeredAfterMs / 1000)} s`],
    ["For your provider", call.state !== "failed" ? null : `${call.sipStatus ? `SIP ${call.sipStatus}: ` : ""}${call.detail ?? "nothing more is known"}`],
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
    if (field.value.trim() === "") { field.focus(); throw new Error("Give the number of a fax machine that may be called."); }
    paint(await post(at(), { number: field.value }));
  }).then(isPlaced => { if (isPlaced) { byId("test-end").focus(); look(); } });
});
byId("test-end").addEventListener("click", () => attempt(form, () => send("DELETE", at())).then(() => { look(); form.elements.number.focus(); }));
dialog.addEventListener("close", () => clearTimeout(timer));

/** Asks for a test call on a trunk, or shows the one that was. */
export function testCall(name) {
  trunk = name;
  byId("test-title").textContent = `Test call on ${name}`;
  form.reset();
  form.querySelector(".fault").hidden = true;
  paint(null);
  dialog.showModal();
  look();
}
