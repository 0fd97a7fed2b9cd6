// SPDX-License-Identifier: Apache-2.0
import { post, Refused } from "./api.js";

const words = failure => failure.code === "sign-in-refused"
  ? "That is not right: name, password or the six digits. Each code counts once, so wait for the next one. After several failures there is a wait."
  : failure.message;

/** Signs in by what a form holds: name, password, code; the session comes as a cookie. */
export async function signInWithPassword(form) {
  const { name, password, code } = form.elements;
  const missing = [name, password, code].find(field => field.value.trim() === "");
  if (missing) { missing.focus(); throw new Error("Name, password and the six digits are all needed."); }
  try {
    await post("/session", { name: name.value.trim(), password: password.value, code: code.value.replaceAll(" ", "") });
  } catch (failure) {
    if (failure instanceof Refused) { code.value = ""; throw new Error(words(failure)); }
    throw failure;
  }
}
