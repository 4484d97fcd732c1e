// Makes tables that Markdown can say of pasted ones: a grid of words.
const MAX_WORDS = 600; // characters of a cell
const MAX_CELLS = 2_000;
const BLOCKS = "p, div, li, h1, h2, h3, h4, h5, h6, blockquote, address, tr";

export function makeTables(root, dropped) {
  // Innermost first, so that a table of tables is one for layout.
  for (const table of [...root.querySelectorAll("table")].reverse()) {
    const caption = table.querySelector(":scope > caption");
    if (caption) table.before(renamed(caption, "p"));
    if (isData(table)) table.replaceWith(gridTable(table, dropped));
    else table.replaceWith(...contents(table));
  }
}

function rowsOf(table) {
  return [...table.rows].filter((row) => row.closest("table") === table && row.cells.length);
}

function isData(table) {
  const rows = rowsOf(table);
  const width = Math.max(0, ...rows.map((row) => row.cells.length));
  const cells = rows.flatMap((row) => [...row.cells]);
  const isGrid = rows.length > 1 && width > 1 && cells.length <= MAX_CELLS;
  return isGrid && cells.every((cell) => cell.textContent.length <= MAX_WORDS && !cell.querySelector("table"));
}

function contents(table) {
  return rowsOf(table).flatMap((row) => [...row.cells]).map((cell) => renamed(cell, "div"));
}

function gridTable(table, dropped) {
  const document = table.ownerDocument;
  const rows = grid(table, dropped);
  const width = Math.max(...rows.map((row) => row.length));
  const made = document.createElement("table");
  rows.forEach((row, at) => {
    const line = made.insertRow();
    for (let column = 0; column < width; column += 1) {
      const cell = document.createElement(at === 0 ? "th" : "td");
      if (row[column]) cell.append(...inlineContents(row[column]));
      line.append(cell);
    }
  });
  return made;
}

// Returns the cells of each row; where a cell spans several, the others are empty.
function grid(table, dropped) {
  const rows = rowsOf(table).map(() => []);
  rowsOf(table).forEach((row, at) => {
    for (const cell of row.cells) {
      let column = 0;
      while (rows[at][column] !== undefined) column += 1;
      const [wide, high] = [Math.min(cell.colSpan, 50), Math.min(cell.rowSpan, rows.length - at)];
      if (wide > 1 || high > 1) dropped.add("merged cells");
      for (let down = 0; down < high; down += 1) {
        for (let right = 0; right < wide; right += 1) rows[at + down][column + right] = null;
      }
      rows[at][column] = cell;
    }
  });
  return rows.filter((row) => row.some((cell) => cell?.textContent.trim()));
}

// Returns the cell's nodes without blocks, which become words with a space between them.
function inlineContents(cell) {
  for (const end of cell.querySelectorAll("br")) end.replaceWith(" ");
  for (const block of [...cell.querySelectorAll(BLOCKS)].reverse()) {
    block.before(" ");
    block.replaceWith(...block.childNodes, " ");
  }
  for (const list of cell.querySelectorAll("ul, ol")) list.replaceWith(...list.childNodes);
  return cell.childNodes;
}

function renamed(element, tag) {
  const made = element.ownerDocument.createElement(tag);
  made.append(...element.childNodes);
  return made;
}
