// SPDX-License-Identifier: Apache-2.0
import { post } from "./api.js";
import { attempt, byId } from "./dom.js";
import { hasPasskeys, signInWithPasskey } from "./passkey.js";
import { signInWithPassword } from "./password.js";

// A path of ours alone: `//elsewhere` and `/\elsewhere` are another server's (WHATWG URL §4.4).
function next() {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  const url = new URL(wanted, location.origin);
  return wanted.startsWith("/") && url.origin === location.origin ? url.pathname + url.search : "/";
}

const passkey = byId("passkey");
passkey.hidden = !hasPasskeys();
passkey.addEventListener("click", () => attempt(passkey.parentElement, async () => {
  await signInWithPasskey();
  location.replace(next());
}));

const form = byId("sign-in");
form.addEventListener("submit", event => {
  event.preventDefault();
  attempt(form, async () => {
    await signInWithPassword(form);
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
