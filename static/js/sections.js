// Buttons that move a section of a release's form up or down. They set the positions in the form,
// which can be typed as well: nothing is out of reach without.
const group = document.getElementById("sections-group");
const said = document.createElement("p");

const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")];
const place = (row) => row.querySelector("input[name$='-place']");
const index = (row) => Number(row.id.split("-").pop());
const shown = (row) => Number(place(row).value) || Infinity;

function arrange(key) {
  const end = group.querySelector(".empty-form");
  for (const row of rows().sort((one, other) => key(one) - key(other))) end.before(row);
}

function number() {
  rows().forEach((row, at) => (place(row).value = at + 1));
}

function move(row, step, button) {
  const all = rows();
  const to = all.indexOf(row) + step;
  if (to < 0 || to >= all.length) return;
  if (step < 0) all[to].before(row);
  else all[to].after(row);
  number();
  button.focus();
  said.textContent = `Now at position ${to + 1} of ${all.length}.`;
}

function equip(row) {
  for (const [label, step] of [["Move up", -1], ["Move down", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.className = "button mover";
    button.addEventListener("click", () => move(row, step, button));
    row.querySelector("h3").append(button);
  }
}

if (group?.querySelector(".empty-form")) {
  said.setAttribute("role", "status");
  said.className = "visually-hidden";
  group.append(said);
  rows().forEach(equip);
  document.addEventListener("formset:added", (event) => {
    if (event.detail.formsetName !== "sections") return;
    equip(event.target);
    number();
  });
  // Django now numbers the rows anew as they stand, and wants those that are stored first.
  document.addEventListener("formset:removed", (event) => {
    if (event.detail.formsetName !== "sections") return;
    arrange(index);
    setTimeout(() => {
      arrange(shown);
      number();
    });
  });
}
