// SPDX-License-Identifier: Apache-2.0
// What comes of a change of who may do what: done, waiting for a second person, or a secret that is shown once.
import { byId, element, notice } from "./dom.js";
import { say } from "./words.js";

export const roles = {
  FrontDesk: say("role.front-desk"), Clinician: say("role.clinician"), PrivacyOfficer: say("role.privacy-officer"),
  TenantAdministrator: say("role.administrator"), InstallationOperator: say("role.operator"),
};

export const roleOf = role => roles[role] ?? (role || say("role.program"));

/** States of people, practices and lines. */
export const states = {
  active: [say("state.active"), "good"], invited: [say("state.invited"), "busy"], suspended: [say("state.suspended"), "bad"],
  closed: [say("state.closed"), "still"], ended: [say("state.ended"), "still"],
};

/** Shows a secret once, to be copied; resolved when the person has closed it. */
export function showOnce(title, words, secret) {
  const dialog = element("dialog", { "aria-labelledby": "once-title" },
    element("h2", { id: "once-title" }, title), element("p", {}, words), element("code", { class: "secret", tabindex: "0" }, secret),
    element("p", { class: "buttons" },
      element("button", { type: "button", onclick: () => navigator.clipboard?.writeText(secret).then(() => notice(say("change.copied"))) }, say("change.copy")),
      element("button", { type: "button", class: "primary", onclick: () => dialog.close() }, say("change.i-have-handed-it-on"))));
  byId("main").append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener("close", () => { dialog.remove(); resolve(); }, { once: true }));
}

/** Asks once more before something that can't be taken back; `work` is done on a yes. */
export function confirmFirst(title, words, verb, work) {
  const dialog = element("dialog", { "aria-labelledby": "sure-title", "aria-describedby": "sure-words" },
    element("h2", { id: "sure-title" }, title), element("p", { id: "sure-words" }, words),
    element("p", { class: "buttons" },
      element("button", { type: "button", class: "danger", onclick: () => { dialog.close(); work(); } }, verb),
      element("button", { type: "button", class: "quiet", autofocus: true, onclick: () => dialog.close() }, say("any.cancel"))));
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  byId("main").append(dialog);
  dialog.showModal();
}

/** Tells what came of a change. */
export async function tell(outcome, done) {
  if (outcome?.approval) { notice(say("change.a-second-person-has-to")); return; }
  if (outcome?.enrolmentCode) {
    await showOnce(say("change.one-time-link"), say("change.it-lets-exactly-one-person"),
      `${location.origin}/enrol#${outcome.enrolmentCode}`);
  }
  if (outcome?.secret) await showOnce(say("change.secret"), say("change.for-the-program-with-the", { id: outcome.target }), outcome.secret);
  notice(done);
}

/** A dialog's form, filled and opened; `work` gets its fields when it is sent. */
export function ask(dialog, fill, work) {
  const form = dialog.querySelector("form");
  form.reset();
  form.querySelector(".fault").hidden = true;
  fill(form.elements);
  form.onsubmit = event => { event.preventDefault(); work(form); };
  dialog.showModal();
}
