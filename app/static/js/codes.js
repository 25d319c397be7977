// Picture codes, and codes by SMS or mail, without leaving the form. templates/macros/codes.html draws what is asked for here.
import { send } from "./api.js";

export function startCodes() {
  const answers = { "[data-picture-code] [data-refresh]": renew, "[data-mail-code]": mail, "[data-send-code]": request };
  for (const [selector, act] of Object.entries(answers)) {
    for (const button of document.querySelectorAll(selector)) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        act(button.form, button);
      });
    }
  }
}

async function renew(form) {
  const answer = await send("POST", "/image_codes/");
  if (answer.code !== "0") return say(form, "picture-error", answer.errmsg);
  take(form, answer.image_code_id, answer.url);
}

// A new picture code takes the old one's place; one that was mailed has no picture.
function take(form, id, url) {
  form.elements.image_code_id.value = id;
  form.elements.image_code.value = "";
  const picture = form.querySelector("[data-captcha]");
  picture.hidden = !url;
  if (url) picture.src = url;
  form.querySelector("[data-mailed]").hidden = Boolean(url);
  say(form, "picture-error", "");
}

async function mail(form, button) {
  say(form, "mail-error", "");
  const email = form.elements.code_email;
  if (!email.value.trim()) return email.focus();
  button.disabled = true;
  const answer = await send("POST", "/mail_codes/", { email: email.value.trim() });
  if (answer.code === "0") {
    take(form, answer.image_code_id, "");
    form.elements.image_code.focus();
  } else say(form, "mail-error", answer.errmsg);
  wait(button, answer);
}

async function request(form, button) {
  const box = button.closest("[data-sent-code]");
  say(box, "code-error", "");
  const { url, purpose, mobile, sends } = button.dataset;
  const picture = form.querySelector("[data-picture-code]");
  const names = [...(picture ? ["image_code"] : []), ...(url ? sends.split(" ").filter(Boolean) : [mobile])];
  const fields = names.map((name) => form.elements[name]);
  for (const field of fields) {
    if (!field.value.trim()) return field.focus();
  }
  const body = Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));
  if (picture) body.image_code_id = form.elements.image_code_id.value;
  if (purpose) body.purpose = purpose;
  button.disabled = true;
  const answer = await send("POST", url || `/sms_codes/${encodeURIComponent(body[mobile])}/`, body);
  box.querySelector("[data-code-sent]").hidden = answer.code !== "0";
  if (answer.code === "0") box.querySelector("input").focus();
  else say(box, "code-error", answer.errmsg);
  wait(button, answer);
  // A picture code works once, right or wrong.
  if (picture && answer.code === "4001") renew(form);
}

function say(place, name, text) {
  const line = place.querySelector(`[data-${name}]`);
  if (!line) return;
  line.textContent = text;
  line.hidden = !text;
}

// The answer says how long it takes until the next code may be asked for; the button counts it down.
function wait(button, answer) {
  if (!answer.retry_after) {
    button.disabled = false;
    return;
  }
  const text = button.textContent;
  const end = Date.now() + answer.retry_after * 1000;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      button.textContent = `${left} ${document.body.dataset.sayAgain}`;
      return setTimeout(tick, 250);
    }
    button.textContent = text;
    button.disabled = false;
  };
  tick();
}
