// SPDX-License-Identifier: Apache-2.0
import { post, Refused } from "./api.js";
import { say } from "./words.js";

const words = failure => failure.code === "sign-in-refused"
  ? say("password.that-is-not-right-name")
  : failure.message;

/** Signs in by what a form holds: name, password, code; the session comes as a cookie. */
export async function signInWithPassword(form) {
  const { name, password, code } = form.elements;
  const missing = [name, password, code].find(field => field.value.trim() === "");
  if (missing) { missing.focus(); throw new Error(say("password.name-password-and-the-six")); }
  try {
    await post("/session", { name: name.value.trim(), password: password.value, code: code.value.replaceAll(" ", "") });
  } catch (failure) {
    if (failure instanceof Refused) { code.value = ""; throw new Error(words(failure)); }
    throw failure;
  }
}
