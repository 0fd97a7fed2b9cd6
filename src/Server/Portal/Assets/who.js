// SPDX-License-Identifier: Apache-2.0
// A dialog in which somebody shows who he is: by a passkey, or by what its form holds.
import { attempt } from "./dom.js";
import { hasPasskeys, signInWithPasskey } from "./passkey.js";

/** Opens it. `byForm` sends what the form holds; `isRight` says whether whoever came of it is meant. Whether it went well, once it is closed. */
export function askWho(dialog, byForm, isRight = async () => true) {
  return new Promise(resolve => {
    const form = dialog.querySelector("form"), passkey = form.querySelector("[data-passkey]");
    let isShown = false;
    const by = prove => attempt(form, async () => {
      await prove();
      isShown = await isRight();
      if (isShown) dialog.close();
    });
    passkey.hidden = !hasPasskeys();
    passkey.onclick = () => by(signInWithPasskey);
    form.onsubmit = event => {
      event.preventDefault();
      if (event.submitter?.value === "cancel") dialog.close(); else by(() => byForm(form));
    };
    form.reset();
    form.querySelector(".fault").hidden = true;
    dialog.addEventListener("close", () => {
      form.onsubmit = passkey.onclick = null;
      form.reset();
      resolve(isShown);
    }, { once: true });
    dialog.showModal();
  });
}
