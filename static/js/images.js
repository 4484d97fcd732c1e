// Images of a release's form: dropped or chosen pictures are uploaded one by one and become rows,
// which are saved with the form. Rows are ordered, and have a focal point and at most one lead.
import { addFocalPoint } from "./focal_point.js";
import { offerLibrary } from "./image_library.js";
import { offerPlaces } from "./image_places.js";
import { orderRows } from "./ordered_rows.js";

const AT_ONCE = 2; // uploads; the server reads two pictures at a time
const SIGNED_OUT = "You are signed out. Save to sign in again, then add the picture.";
const FAILED = "The upload failed. Check your connection and add the picture again.";

const group = document.getElementById("images-group");
const zone = document.querySelector("[data-image-drop]");
const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")];

function field(row, name) {
  return row.querySelector(`[name$='-${name}']`);
}

function addRow() {
  group.querySelector(".add-row a, .add-row button").click();
  return rows().at(-1);
}

function change(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function showPending(row) {
  const handle = field(row, "handle")?.value;
  const place = row.querySelector(".field-preview .readonly");
  if (!handle || !place || !zone) return;
  const picture = document.createElement("img");
  picture.className = "thumbnail";
  picture.alt = "";
  picture.src = `${zone.dataset.pending}?handle=${encodeURIComponent(handle)}`;
  place.replaceChildren(picture);
  addFocalPoint(row);
}

function addUploaded({ handle, name, texts = {} }) {
  const row = addRow();
  change(field(row, "handle"), handle);
  field(row, "upload").required = false;
  row.querySelector(".inline_label").textContent = name;
  for (const [each, value] of Object.entries(texts)) {
    const input = field(row, each);
    if (input.type === "checkbox") input.checked = value;
    else change(input, value);
  }
  showPending(row);
  return row;
}

function send(file, report) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("upload", file);
    request.open("POST", zone.dataset.upload);
    const token = zone.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
    request.setRequestHeader("X-CSRFToken", token);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => report(loaded / total));
    request.addEventListener("load", () => {
      if (request.response?.handle) resolve(request.response);
      else reject(request.response?.reason ?? (request.status === 200 ? SIGNED_OUT : FAILED));
    });
    request.addEventListener("error", () => reject(FAILED));
    request.send(body);
  });
}

function listed(file, uploads) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Upload of ${file.name}`);
  line.append(name, bar, said);
  uploads.append(line);
  return {
    progress(part) {
      bar.value = part;
      said.textContent = part < 1 ? `${Math.round(100 * part)} %` : "Being checked …";
    },
    refuse(reason) {
      bar.remove();
      line.className = "is-refused";
      said.textContent = reason;
    },
    done: () => line.remove(),
  };
}

function takePictures(chooser, uploads, status) {
  const waiting = [];
  const added = [];
  let running = 0;
  let refused = 0;

  async function upload(file) {
    const line = listed(file, uploads);
    try {
      if (file.size > Number(zone.dataset.mostBytes)) {
        throw `It is too large: ${Math.ceil(file.size / 1e6)} MB. The limit is ${zone.dataset.mostBytes / 1e6} MB.`;
      }
      const { handle } = await send(file, line.progress);
      added.push(addUploaded({ handle, name: file.name }));
      line.done();
    } catch (reason) {
      refused += 1;
      line.refuse(typeof reason === "string" ? reason : FAILED);
    }
  }

  function finish() {
    const first = added.find((row) => !field(row, "alt").value && !field(row, "decorative").checked);
    const pictures = added.length === 1 ? "1 picture is" : `${added.length} pictures are`;
    const sentences = added.length ? [`${pictures} uploaded, not saved yet.`] : [];
    if (first) sentences.push("Describe what each shows, then save.");
    if (refused) sentences.push(`${refused} could not be used.`);
    status.textContent = sentences.join(" ");
    if (first) field(first, "alt").focus();
    added.length = refused = 0;
  }

  async function work() {
    running += 1;
    while (waiting.length) await upload(waiting.shift());
    running -= 1;
    if (!running) finish();
  }

  return (files) => {
    uploads.querySelectorAll(".is-refused").forEach((line) => line.remove());
    waiting.push(...files);
    status.textContent = "";
    while (running < AT_ONCE && waiting.length) work();
    chooser.value = "";
  };
}

function acceptDrops(take) {
  const hasFiles = (event) => event.dataTransfer.types.includes("Files");
  for (const target of [zone, group]) {
    target.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.classList.add("is-over");
    });
    target.addEventListener("dragleave", () => zone.classList.remove("is-over"));
    target.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.classList.remove("is-over");
      take([...event.dataTransfer.files]);
    });
  }
}

function keepOneLead(event) {
  if (!event.target.matches("[name$='-is_lead']") || !event.target.checked) return;
  for (const row of rows()) {
    const box = field(row, "is_lead");
    if (box !== event.target) box.checked = false;
  }
}

orderRows("images", "position");
if (group) {
  offerPlaces(group);
  for (const row of rows()) {
    showPending(row);
    addFocalPoint(row);
  }
  group.addEventListener("change", keepOneLead);
}
if (zone && group) {
  const chooser = zone.querySelector("input[type=file]");
  const take = takePictures(
    chooser,
    zone.querySelector("[data-uploads]"),
    zone.querySelector("[data-upload-status]"),
  );
  zone.querySelector("[data-drop-hint]").hidden = false;
  chooser.addEventListener("change", () => take([...chooser.files]));
  acceptDrops(take);
  const status = zone.querySelector("[data-upload-status]");
  offerLibrary(zone.querySelector("[data-open-library]"), (found) => {
    const row = addUploaded(found);
    status.textContent = `“${found.name}” is added, not saved yet.`;
    field(row, "alt").focus();
  });
}
