// SPDX-License-Identifier: Apache-2.0
// The browser's side of WebAuthn (W3C Web Authentication Level 3 §5.1).
import { post } from "./api.js";
import { say } from "./words.js";

export const hasPasskeys = () => "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

const refusals = {
  NotAllowedError: say("passkey.no-passkey-was-given-it"),
  InvalidStateError: say("passkey.this-device-has-a-passkey"),
};

// What a browser says when no passkey came of it, in words.
const inWords = failure => { throw failure.name in refusals ? new Error(refusals[failure.name]) : failure; };

/** Signs in with a passkey; the session comes as a cookie. */
export async function signInWithPasskey() {
  const { ceremony, options } = await post("/session/passkey/options");
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }).catch(inWords);
  await post("/session/passkey", { ceremony, credential: credential.toJSON() });
}

/** Adds a passkey to the account that is signed in. */
export async function addPasskey() {
  const { ceremony, options } = await post("/session/passkeys/options");
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }).catch(inWords);
  await post("/session/passkeys", { ceremony, credential: credential.toJSON() });
}
