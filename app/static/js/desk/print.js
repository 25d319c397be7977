// The print button of a page of sheets.

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
