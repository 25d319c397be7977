// Adding to the cart without leaving the page. "Buy now" stays an ordinary form: it leads to the settlement.
import { send } from "./api.js";
import { toast } from "./toast.js";

export function startCart() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-add-to-cart]");
    if (!form || event.submitter?.name === "buy_now") return;
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("[type=submit]");
    const fields = new FormData(form);
    button.disabled = true;
    const answer = await send("POST", form.action, {
      sku_id: Number(fields.get("sku_id")),
      count: Number(fields.get("count") ?? 1),
      selected: true,
    });
    button.disabled = false;
    if (answer.code === "0") {
      const { sayAdded, sayCart, cartUrl } = document.body.dataset;
      toast(sayAdded, { link: { href: cartUrl, text: sayCart } });
      document.body.dispatchEvent(new Event("cart-changed"));
    } else {
      toast(answer.errmsg, { good: false });
    }
  });
}
