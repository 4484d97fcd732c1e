// Django's note at a date says how far this computer's clock is from the server's: what counts is
// the office's zone. The notes are there once the page has loaded, by a script before this one.
const zone = document.querySelector("[data-zone-note]");
addEventListener("load", () => {
  for (const note of document.querySelectorAll(".timezonewarning")) {
    note.textContent = zone.textContent;
  }
});
