// SPDX-License-Identifier: Apache-2.0
// What comes of a change of who may do what: done, waiting for a second person, or a secret that is shown once.
import { byId, element, notice } from "./dom.js";

export const roles = {
  FrontDesk: "Front desk", Clinician: "Clinician", PrivacyOfficer: "Privacy officer", TenantAdministrator: "Administrator",
  InstallationOperator: "Operator",
};

export const roleOf = role => roles[role] ?? role ?? "Program";

/** States of people, practices and lines. */
export const states = {
  active: ["Active", "good"], invited: ["Invited", "busy"], suspended: ["Suspended", "bad"], closed: ["Closed", "still"], ended: ["Ended", "still"],
};

/** Shows a secret once, to be copied; resolved when the person has closed it. */
export function showOnce(title, words, secret) {
  const dialog = element("dialog", { "aria-labelledby": "once-title" },
    element("h2", { id: "once-title" }, title), element("p", {}, words), element("code", { class: "secret", tabindex: "0" }, secret),
    element("p", { class: "buttons" },
      element("button", { type: "button", onclick: () => navigator.clipboard?.writeText(secret).then(() => notice("Copied.")) }, "Copy"),
      element("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "I have handed it on")));
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
      element("button", { type: "button", class: "quiet", autofocus: true, onclick: () => dialog.close() }, "Cancel")));
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  byId("main").append(dialog);
  dialog.showModal();
}

/** Tells what came of a change. */
export async function tell(outcome, done) {
  if (outcome?.approval) { notice("A second person has to approve it. It waits among the approvals for three days."); return; }
  if (outcome?.enrolmentCode) {
    await showOnce("One-time link", "It lets exactly one person set up this account, once, and ends in three days. Hand it over yourself; it is not shown again.",
      `${location.origin}/enrol#${outcome.enrolmentCode}`);
  }
  if (outcome?.secret) await showOnce("Secret", `For the program with the id ${outcome.target}. It is not shown again.`, outcome.secret);
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
