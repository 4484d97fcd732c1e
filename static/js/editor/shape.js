// Compares nodes by what a page shows of them: white space at the ends of lines, marks on it and
// empty paragraphs do not count.
const BLANK = /[ \t]/;

// Returns a text that is the same for nodes which a page shows alike.
export function shape(node) {
  return JSON.stringify(outline(node));
}

export function inlineShape(block) {
  return JSON.stringify(runs(block));
}

function outline(node) {
  if (node.isTextblock) return [node.type.name, runs(node)];
  const { type, attrs } = node;
  const inner = [];
  node.forEach((child) => {
    if (child.type.name !== "paragraph" || runs(child).length) inner.push(outline(child));
  });
  const told = { order: attrs.order, tight: isTightShown(node), source: attrs.source };
  return [type.name, told, inner];
}

// A list of items without a paragraph looks the same either way.
function isTightShown(node) {
  let hasParagraph = false;
  node.forEach((item) => item.forEach((child) => (hasParagraph ||= child.type.name === "paragraph")));
  return hasParagraph ? node.attrs.tight : undefined;
}

function runs(block) {
  const found = [];
  for (const [text, marks] of units(block)) {
    if (found.at(-1)?.[1] === marks) found.at(-1)[0] += text;
    else found.push([text, marks]);
  }
  return found;
}

function units(block) {
  const found = [];
  block.forEach((child) => {
    const marks = child.marks.map((mark) => `${mark.type.name} ${JSON.stringify(mark.attrs)}`).sort();
    for (const unit of child.isText ? child.text : "\n") add(found, unit, marks.join());
  });
  while (found.length && /\s/.test(found.at(-1)[0])) found.pop();
  return found;
}

function add(found, unit, marks) {
  const before = found.at(-1)?.[0];
  if (BLANK.test(unit)) {
    if (before !== undefined && !/\s/.test(before)) found.push([" ", ""]);
  } else if (/\s/.test(unit)) {
    if (before === " ") found.pop();
    if (found.length) found.push([unit, ""]);
  } else found.push([unit, marks]);
}
