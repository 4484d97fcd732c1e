// Replaces Django's note on this computer's time offset, because dates are in the office's time
// zone. An earlier script has added the notes by the time the page has loaded.
const zone = document.querySelector("[data-zone-note]");
addEventListener("load", () => {
  for (const note of document.querySelectorAll(".timezonewarning")) {
    note.textContent = zone.textContent;
  }
});
