// SPDX-License-Identifier: Apache-2.0
// The browser's side of WebAuthn (W3C Web Authentication Level 3 §5.1).
import { post } from "./api.js";

export const hasPasskeys = () => "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** Signs in with a passkey; the session comes as a cookie. */
export async function signInWithPasskey() {
  const { ceremony, options } = await post("/session/passkey/options");
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  await post("/session/passkey", { ceremony, credential: credential.toJSON() });
}

/** Adds a passkey to the account that is signed in. */
export async function addPasskey() {
  const { ceremony, options } = await post("/session/passkeys/options");
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  await post("/session/passkeys", { ceremony, credential: credential.toJSON() });
}

/** The words for what a browser says when no passkey came of it. */
export function passkeyWords(failure) {
  return failure.name === "NotAllowedError" ? "No passkey was given: it was cancelled, or there is none for this site."
    : failure.name === "InvalidStateError" ? "This device has a passkey of this account already."
    : failure.message;
}
