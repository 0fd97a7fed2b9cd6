// SPDX-License-Identifier: Apache-2.0
import { post, Refused } from "./api.js";
import { attempt, byId } from "./dom.js";
import { hasPasskeys, passkeyWords, signInWithPasskey } from "./passkey.js";

// A path of ours alone: `//elsewhere` and `/\elsewhere` are another server's (WHATWG URL §4.4).
function next() {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  const url = new URL(wanted, location.origin);
  return wanted.startsWith("/") && url.origin === location.origin ? url.pathname + url.search : "/";
}

const words = failure => failure instanceof Refused && failure.code === "sign-in-refused"
  ? "That is not right: name, password or the six digits. Each code counts once, so wait for the next one. After several failures there is a wait."
  : failure.message;

const passkey = byId("passkey");
passkey.hidden = !hasPasskeys();
passkey.addEventListener("click", () => attempt(passkey.parentElement, async () => {
  await signInWithPasskey().catch(failure => { throw new Error(passkeyWords(failure)); });
  location.replace(next());
}));

const form = byId("sign-in");
form.addEventListener("submit", event => {
  event.preventDefault();
  const { name, password, code } = form.elements;
  attempt(form, async () => {
    const missing = [name, password, code].find(field => field.value.trim() === "");
    if (missing) { missing.focus(); throw new Error("Name, password and the six digits are all needed."); }
    try {
      await post("/session", { name: name.value.trim(), password: password.value, code: code.value.replaceAll(" ", "") });
    } catch (failure) {
      if (failure instanceof Refused) { code.value = ""; throw new Error(words(failure)); }
      throw failure;
    }
    location.replace(next());
  });
});

const signOn = byId("sign-on");
signOn.addEventListener("submit", event => {
  event.preventDefault();
  attempt(signOn, async () => {
    const { address } = await post("/session/sign-on", { tenant: signOn.elements.tenant.value.trim() });
    location.assign(address);
  });
});
