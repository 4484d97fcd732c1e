// Adds buttons that move a section of a release's form up or down, by setting its position field.
const group = document.getElementById("sections-group");
const status = document.createElement("p");

const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")];
const positionField = (row) => row.querySelector("input[name$='-place']");
const index = (row) => Number(row.id.split("-").pop());
const position = (row) => Number(positionField(row).value) || Infinity;

function sortRows(key) {
  const end = group.querySelector(".empty-form");
  for (const row of rows().sort((one, other) => key(one) - key(other))) end.before(row);
}

function numberRows() {
  rows().forEach((row, at) => (positionField(row).value = at + 1));
}

function move(row, step, button) {
  const all = rows();
  const to = all.indexOf(row) + step;
  if (to < 0 || to >= all.length) return;
  if (step < 0) all[to].before(row);
  else all[to].after(row);
  numberRows();
  button.focus();
  status.textContent = `Now at position ${to + 1} of ${all.length}.`;
}

function addButtons(row) {
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
  status.setAttribute("role", "status");
  status.className = "visually-hidden";
  group.append(status);
  rows().forEach(addButtons);
  document.addEventListener("formset:added", (event) => {
    if (event.detail.formsetName !== "sections") return;
    addButtons(event.target);
    numberRows();
  });
  // Django renumbers the rows in page order and requires stored rows to come first.
  document.addEventListener("formset:removed", (event) => {
    if (event.detail.formsetName !== "sections") return;
    sortRows(index);
    setTimeout(() => {
      sortRows(position);
      numberRows();
    });
  });
}
