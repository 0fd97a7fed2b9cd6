// SPDX-License-Identifier: Apache-2.0
import { post } from "./api.js";
import { attempt, byId } from "./dom.js";
import { say } from "./words.js";

const codeForm = byId("code"), form = byId("enrol");

// The code stands behind `#`, which browsers send to nobody; and it does not stay in the address.
if (location.hash.length > 1) {
  codeForm.elements.code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

function draw(rows) {
  const quiet = 4, scale = 5; // ISO/IEC 18004 §5.3.8: four modules of quiet zone
  const canvas = byId("qr");
  canvas.width = canvas.height = (rows.length + 2 * quiet) * scale;
  const ink = canvas.getContext("2d");
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.fillStyle = "#000";
  rows.forEach((row, y) => [...row].forEach((module, x) => {
    if (module === "1") ink.fillRect((x + quiet) * scale, (y + quiet) * scale, scale, scale);
  }));
}

codeForm.addEventListener("submit", event => {
  event.preventDefault();
  attempt(codeForm, async () => {
    const offer = await post("/enrolment/begin", { code: codeForm.elements.code.value.trim() });
    byId("name").textContent = offer.name;
    byId("secret").textContent = offer.secret.match(/.{1,4}/g).join(" ");
    draw(offer.qrCode);
    codeForm.hidden = true;
    form.hidden = false;
    form.elements.totp.focus();
  });
});

form.addEventListener("submit", event => {
  event.preventDefault();
  const { totp, password, again } = form.elements;
  attempt(form, async () => {
    if (password.value !== again.value) { again.focus(); throw new Error(say("enrol.the-two-passwords-are-not")); }
    await post("/enrolment/complete", {
      code: codeForm.elements.code.value.trim(), password: password.value, authenticatorCode: totp.value.replaceAll(" ", ""),
    });
    form.hidden = true;
    byId("enrolled").hidden = false;
    byId("enrolled").querySelector("a").focus();
  });
});
