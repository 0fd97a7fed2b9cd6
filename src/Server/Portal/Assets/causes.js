// SPDX-License-Identifier: Apache-2.0
// How far a fax is that goes out, and what each try came to. The API says the same in English, for logs and programs.
import { say } from "./words.js";

// What is said of a cause; and of one that is tried again what was found, without what is done next.
const causes = {
  "delivered": [say("cause.delivered")],
  "busy": [say("cause.busy"), say("finding.busy")],
  "no-answer": [say("cause.no-answer"), say("finding.no-answer")],
  "no-carrier": [say("cause.no-carrier"), say("finding.no-carrier")],
  "protocol-failure": [say("cause.protocol-failure"), say("finding.protocol-failure")],
  "congestion": [say("cause.congestion"), say("finding.congestion")],
  "rejected": [say("cause.rejected")],
  "no-such-number": [say("cause.no-such-number")],
  "no-common-mode": [say("cause.no-common-mode")],
  "no-t38": [say("cause.no-t38"), say("finding.no-t38")],
  "not-ready": [say("cause.not-ready"), say("finding.not-ready")],
  "not-authorized": [say("cause.not-authorized"), say("finding.not-authorized")],
  "lines-taken": [say("cause.lines-taken"), say("finding.lines-taken")],
  "our-fault": [say("cause.our-fault"), say("finding.our-fault")],
  "stopped": [say("cause.stopped"), say("finding.stopped")],
  "station-refused": [say("cause.station-refused")],
  "page-unreadable": [say("cause.page-unreadable")],
  "cancelled": [say("cause.cancelled")],
  "wrong-station": [say("cause.wrong-station")],
  "not-composed": [say("cause.not-composed")],
};

/** What a try came to; the server's own words if the cause is not known here. */
export const causeWords = (cause, others) => causes[cause]?.[0] ?? others;

/** What a call found that is not tried again. */
export const findingWords = (cause, others) => causes[cause]?.at(-1) ?? others;

/** Where an outgoing fax stands. */
export function jobWords(job) {
  if (job.state === "held") return say("job-words.held");
  if (job.state === "calling") return job.cancelAsked ? say("job-words.cancelling") : say("job-words.calling");
  if (job.state === "done") return causes.delivered[0];
  if (job.state === "cancelled") return causes.cancelled[0];
  if (job.noTrunk) return say("job-words.no-trunk");
  if (job.cause === null) return say("job-words.waiting");
  return job.state !== "failed" || causes[job.cause]?.length === 1 ? causeWords(job.cause, job.words)
    : say("job-words.failed", { finding: findingWords(job.cause, job.words) });
}
