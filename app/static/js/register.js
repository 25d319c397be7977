// Picture code and SMS code without leaving the form.
import { send } from "./api.js";
import { toast } from "./toast.js";

export function startRegister() {
  const form = document.querySelector("form[data-register]");
  if (!form) return;
  const sendButton = form.querySelector("[data-send-sms]");
  form.querySelector("[data-refresh]").addEventListener("click", (event) => {
    event.preventDefault();
    renew(form);
  });
  sendButton.addEventListener("click", (event) => {
    event.preventDefault();
    request(form, sendButton);
  });
}

async function renew(form) {
  const answer = await send("POST", "/image_codes/");
  if (answer.code !== "0") return toast(answer.errmsg, { good: false });
  form.elements.image_code_id.value = answer.image_code_id;
  form.elements.image_code.value = "";
  const picture = form.querySelector("[data-captcha]");
  if (picture) picture.src = `/image_codes/${encodeURIComponent(answer.image_code_id)}/`;
}

async function request(form, button) {
  const say = (name, text) => {
    const place = form.querySelector(`[data-${name}]`);
    place.textContent = text;
    place.hidden = !text;
  };
  say("sms-error", "");
  const { mobile, image_code: code, image_code_id: id } = form.elements;
  for (const field of [mobile, code]) {
    if (!field.value.trim()) return field.focus();
  }
  button.disabled = true;
  const answer = await send("POST", `/sms_codes/${encodeURIComponent(mobile.value.trim())}/`, {
    image_code: code.value.trim(),
    image_code_id: id.value,
    purpose: "register",
  });
  if (answer.code === "0") {
    say("sms-hint", document.body.dataset.saySent);
    countDown(button, answer.retry_after ?? 60);
    form.elements.sms_code.focus();
    return;
  }
  say("sms-error", answer.errmsg);
  if (answer.code === "4002" && answer.retry_after) countDown(button, answer.retry_after);
  else button.disabled = false;
  // A picture code works once, right or wrong.
  if (answer.code === "4001") renew(form);
}

function countDown(button, seconds) {
  const text = button.textContent;
  const end = Date.now() + seconds * 1000;
  button.disabled = true;
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
