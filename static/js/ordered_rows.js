// Lets rows of a release's form be moved with buttons or by dragging; sets their position field.
export function orderRows(prefix, fieldName) {
  const group = document.getElementById(`${prefix}-group`);
  if (!group?.querySelector(".empty-form")) return;
  const status = document.createElement("p");
  let dragged = null;

  const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")];
  const positionField = (row) => row.querySelector(`input[name$='-${fieldName}']`);
  const index = (row) => Number(row.id.split("-").pop());
  const position = (row) => Number(positionField(row).value) || Infinity;

  function sortRows(key) {
    const end = group.querySelector(".empty-form");
    for (const row of rows().sort((one, other) => key(one) - key(other))) end.before(row);
  }

  function numberRows() {
    rows().forEach((row, at) => (positionField(row).value = at + 1));
  }

  function announce(row) {
    numberRows();
    status.textContent = `Now at position ${rows().indexOf(row) + 1} of ${rows().length}.`;
    positionField(row).dispatchEvent(new Event("input", { bubbles: true }));
  }

  function move(row, step, button) {
    const all = rows();
    const to = all.indexOf(row) + step;
    if (to < 0 || to >= all.length) return;
    if (step < 0) all[to].before(row);
    else all[to].after(row);
    button.focus();
    announce(row);
  }

  function addButtons(row) {
    const heading = row.querySelector("h3");
    for (const [label, step] of [["Move up", -1], ["Move down", 1]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.className = "button mover";
      button.addEventListener("click", () => move(row, step, button));
      heading.append(button);
    }
    heading.prepend(dragHandle(row, heading));
  }

  // Rows are taller than most windows: while one is dragged, only their headings are shown.
  function collapse(isSorting, row) {
    group.classList.toggle("is-sorting", isSorting);
    row.scrollIntoView({ block: "center" });
  }

  // Only the handle drags, so that text in the row can still be selected with the mouse.
  function dragHandle(row, heading) {
    const handle = document.createElement("span");
    Object.assign(handle, { draggable: true, className: "drag-handle", title: "Drag to reorder" });
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", ""); // Firefox drags nothing without data
      event.dataTransfer.setDragImage(heading, 12, 12);
      // Later, because a change of the layout now would end the drag.
      setTimeout(() => collapse(true, row));
    });
    handle.addEventListener("dragend", () => {
      collapse(false, row);
      if (dragged) announce(dragged);
      dragged = null;
    });
    return handle;
  }

  function dragOver(event) {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest(".inline-related:not(.empty-form)");
    if (!over || over === dragged || !group.contains(over)) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  }

  status.setAttribute("role", "status");
  status.className = "visually-hidden";
  group.append(status);
  rows().forEach(addButtons);
  group.addEventListener("dragover", dragOver);
  group.addEventListener("drop", (event) => dragged && event.preventDefault());
  document.addEventListener("formset:added", (event) => {
    if (event.detail.formsetName !== prefix) return;
    addButtons(event.target);
    numberRows();
  });
  // Django renumbers the rows in page order and requires stored rows to come first.
  document.addEventListener("formset:removed", (event) => {
    if (event.detail.formsetName !== prefix) return;
    sortRows(index);
    setTimeout(() => {
      sortRows(position);
      numberRows();
    });
  });
}
