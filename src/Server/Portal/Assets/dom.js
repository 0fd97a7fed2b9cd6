// SPDX-License-Identifier: Apache-2.0
// Small things that all pages need. Text goes into the page as text, never as markup: the policy allows no other way.
import { locale, say } from "./words.js";

export const byId = id => document.getElementById(id);

/** Waits until what was drawn is on screen; a window that nobody sees draws nothing, and is not waited for long. */
export const onScreen = () => new Promise(resolve => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, 500);
});

/** Whether who is signed in may do something; the server asks again. */
export const may = scope => document.body.dataset.scopes.split(" ").includes(scope);

/** Hands a file to the browser to be kept. */
export function saveFile(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** A row's button: it says to a screen reader whose it is. */
export const rowButton = (words, name, onclick) => element("button", { type: "button", class: "quiet", "aria-label": say("any.of", { words, name }), onclick }, words);

/** Puts rows in place of a list's; the focus goes back to the button of the same name. */
export function repaint(list, rows) {
  const label = list.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  list.replaceChildren(...rows);
  if (label !== null) [...list.querySelectorAll("button")].find(button => button.getAttribute("aria-label") === label)?.focus();
}

/** Buttons that close the dialog that they are in. */
export function closers() {
  for (const close of document.querySelectorAll("[data-close]")) close.addEventListener("click", () => close.closest("dialog").close());
}

/** An element with attributes and children; strings become text. Attributes that are null or false are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined));
  return made;
}

/** Says something to people, aloud to a screen reader; with a button that takes it back, if there is one. */
export function notice(words, { undo = null, isFault = false } = {}) {
  const line = element("p", { class: isFault ? "notice fault" : "notice" }, words);
  const end = () => line.remove();
  if (undo) line.append(" ", element("button", { type: "button", onclick: () => { end(); undo(); } }, say("any.undo")));
  line.append(element("button", { type: "button", class: "quiet", "aria-label": say("any.close-message"), onclick: end }, "×"));
  byId("notices").append(line);
  if (!isFault) setTimeout(end, 12000);
  return line;
}

/** Runs what a form or button asks for: shut while it runs, and says beside it what went wrong. True if it went well. */
export async function attempt(near, work) {
  const fault = near.querySelector(":scope > .fault");
  const buttons = [...near.querySelectorAll("button")].filter(button => !button.disabled);
  if (fault) fault.hidden = true;
  for (const button of buttons) button.disabled = true;
  near.setAttribute("aria-busy", "true");
  try {
    await work();
    return true;
  } catch (failure) {
    const words = failure instanceof TypeError
      ? say("any.not-reached") : failure.message;
    if (fault) { fault.textContent = words; fault.hidden = false; fault.scrollIntoView({ block: "nearest" }); } else notice(words, { isFault: true });
    return false;
  } finally {
    for (const button of buttons) button.disabled = false;
    near.removeAttribute("aria-busy");
  }
}

/** Loads the parts of a page, each by itself: what is there already can be worked with. By the id of something in its section, how each is loaded. */
export async function atOnce(main, parts) {
  main.setAttribute("aria-busy", "true");
  await Promise.all(Object.entries(parts).map(([id, load]) => attempt(byId(id).closest("section"), load)));
  main.removeAttribute("aria-busy");
}

/** Fills a list of facts: names and their values; null values are left out. */
export function facts(list, pairs) {
  list.replaceChildren(...pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

const clock = { hour: "2-digit", minute: "2-digit" }, calendar = { day: "numeric", month: "short" };
// Made when it is first needed: each of them costs a browser milliseconds.
const format = how => { let made = null; return at => (made ??= new Intl.DateTimeFormat(locale, how)).format(at); };
const time = format(clock), day = format({ ...calendar, ...clock }), year = format({ ...calendar, ...clock, year: "numeric" });
const whole = format({ dateStyle: "medium", timeStyle: "medium" });

/** An instant as a clerk says it: the time today, else the day and the time. */
export function shortTime(text) {
  const at = new Date(text), now = new Date();
  return at.toDateString() === now.toDateString() ? time(at) : (at.getFullYear() === now.getFullYear() ? day : year)(at);
}

export const longTime = text => whole(new Date(text));

/** An instant to the second, readable by machines too. */
export const longTimeElement = text => element("time", { datetime: text }, longTime(text));

/** An element of time, readable by machines too. */
export const timeElement = text => element("time", { datetime: text, title: longTime(text) }, shortTime(text));

const month = format({ year: "numeric", month: "long", timeZone: "UTC" });

/** A month, as the API says it: `2026-11`. */
export const monthElement = text => element("time", { datetime: text }, month(new Date(`${text}-01T00:00:00Z`)));

/** Words of the server's own, which are English in every language. */
export const asIs = words => element("span", { lang: "en" }, words);

/** What a fax's state is called, and how grave it is: the words of all pages. */
export const faxStates = {
  receiving: [say("fax-state.receiving"), "busy"], received: [say("fax-state.received"), "good"],
  partial: [say("fax-state.partial"), "warn"], failed: [say("fax-state.failed"), "bad"], queued: [say("fax-state.queued"), "busy"],
  sending: [say("fax-state.sending"), "busy"], sent: [say("fax-state.sent"), "good"], cancelled: [say("fax-state.cancelled"), "still"],
  erased: [say("fax-state.erased"), "still"], superseded: [say("fax-state.superseded"), "still"],
};

/** The same of what goes out. */
export const jobStates = {
  held: [say("job-state.held"), "warn"], waiting: [say("job-state.waiting"), "busy"],
  calling: [say("job-state.calling"), "busy"], done: [say("job-state.done"), "good"], failed: [say("job-state.failed"), "bad"],
  cancelled: [say("job-state.cancelled"), "still"],
};

export function stateBadge(state, states = faxStates) {
  const [words, kind] = states[state] ?? [state, "still"];
  return element("span", { class: `badge ${kind}` }, words);
}

/** Who a fax came from or goes to: its number, and what the machine there calls itself, as text that nobody vouches for. */
export function remoteOf(fax) {
  if (fax.fields === "erased") return say("any.erased");
  if (fax.fields === "tampered") return say("any.tampered");
  const station = fax.stationId && fax.stationId !== fax.remoteNumber ? ` · ${fax.stationId}` : "";
  return (fax.remoteNumber ?? say("any.number-withheld")) + station;
}
