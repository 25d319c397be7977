// A picture that does not come leaves a quiet place instead of a broken frame.

export function startPictures() {
  document.addEventListener("error", (event) => event.target.matches?.(".picture img") && replace(event.target), true);
  for (const image of document.querySelectorAll(".picture img")) {
    if (image.complete && image.currentSrc && !image.naturalWidth) replace(image);
  }
}

function replace(image) {
  image.hidden = true;
  image.closest(".picture").classList.add("picture-broken");
}
