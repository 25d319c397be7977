// Lists: on a desk a tick takes effect at once, on a phone the button does; after the swap the reader stays in place.
const desk = matchMedia("(width >= 1000px)");

export function startListing() {
  let last = null;
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-facets]");
    if (!form || !desk.matches) return;
    last = { name: event.target.name, value: event.target.value, type: event.target.type };
    form.requestSubmit();
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!last) return;
    const again = [...document.querySelectorAll("form[data-facets] input")].find(
      (field) => field.name === last.name && (last.type !== "checkbox" || field.value === last.value),
    );
    last = null;
    if (!again) return;
    const more = again.closest("details.facet-more");
    if (more) more.open = true;
    again.focus({ preventScroll: true });
  });
  sendOnlyWhatIsThere();
}

/** Empty price fields have no place in an address. */
function sendOnlyWhatIsThere() {
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form[data-facets]")) return;
    for (const name of ["min", "max"]) if (!event.formData.get(name)) event.formData.delete(name);
  });
}

