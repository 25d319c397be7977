// One way to talk to the shop's JSON: token in, {code, errmsg, …} out.
import { visitorKnown } from "./visitor.js";

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Send JSON and return the answer; a failure of the network becomes an answer too. */
export async function send(method, url, body) {
  await visitorKnown();
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Accept: "application/json",
        "X-CSRFToken": csrfToken(),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, ...(await response.json()) };
  } catch {
    return { status: 0, code: "-1", errmsg: document.body.dataset.sayFailed };
  }
}
