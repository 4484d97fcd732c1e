// What the toolbar's buttons and the keys do.
import {
  addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, baseKeymap, chainCommands,
  deleteColumn, deleteRow, deleteTable, goToNextCell, inputRules, isInTable, keymap,
  liftListItem, redo, redoDepth, sinkListItem, splitListItem, TextSelection, toggleMark, undo,
  undoDepth, undoInputRule, wrapIn, wrapInList, wrappingInputRule,
} from "../../vendor/editor/editor.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;
const MAX_NESTED = 4; // lists in lists: the site shows no deeper ones
const NEW_TABLE = { rows: 3, columns: 3 };

// Returns the depth of the innermost ancestor of the selection of these types, or 0.
function depthOf(state, ...types) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return depth;
  }
  return 0;
}

const inList = (state) => depthOf(state, nodes.bullet_list, nodes.ordered_list);
const isIn = (type) => (state) => {
  const depth = type === nodes.blockquote ? depthOf(state, type) : inList(state);
  return depth > 0 && state.selection.$from.node(depth).type === type;
};

function hasMark(type) {
  return (state) => {
    const { from, to, empty, $from } = state.selection;
    if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
    return state.doc.rangeHasMark(from, to, type);
  };
}

function toggleList(type) {
  return (state, dispatch) => {
    const depth = inList(state);
    if (!depth) return wrapInList(type)(state, dispatch);
    if (isIn(type)(state)) return liftListItem(nodes.list_item)(state, dispatch);
    const { $from } = state.selection;
    const { tight } = $from.node(depth).attrs;
    dispatch?.(state.tr.setNodeMarkup($from.before(depth), type, { tight }));
    return true;
  };
}

function toggleQuote(state, dispatch) {
  return isIn(nodes.blockquote)(state) ? liftQuote(state, dispatch) : wrapIn(nodes.blockquote)(state, dispatch);
}

function liftQuote(state, dispatch) {
  const { $from, $to } = state.selection;
  const range = $from.blockRange($to, (node) => node.type === nodes.blockquote);
  if (!range) return false;
  dispatch?.(state.tr.lift(range, range.depth - 1));
  return true;
}

function sink(state, dispatch) {
  let lists = 0;
  for (let depth = state.selection.$from.depth; depth > 0; depth -= 1) {
    if ("tight" in state.selection.$from.node(depth).attrs) lists += 1;
  }
  return lists > 0 && lists < MAX_NESTED && sinkListItem(nodes.list_item)(state, dispatch);
}

function insertTable(state, dispatch) {
  if (isInTable(state) || depthOf(state, nodes.list_item)) return false;
  const row = (type) =>
    nodes.table_row.create({}, Array.from({ length: NEW_TABLE.columns }, () => type.create()));
  const body = Array.from({ length: NEW_TABLE.rows - 1 }, () => row(nodes.table_cell));
  const table = nodes.table.create({}, [row(nodes.table_header), ...body]);
  if (dispatch) {
    const { $from } = state.selection;
    const isEmpty = $from.parent.type === nodes.paragraph && $from.parent.childCount === 0;
    const at = isEmpty ? $from.before() : $from.after();
    const tr = state.tr.replaceWith(at, isEmpty ? $from.after() : at, table);
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1))).scrollIntoView());
  }
  return true;
}

function breakLine(state, dispatch) {
  if (isInTable(state)) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create(), true).scrollIntoView());
  return true;
}

// Goes to the next cell; from the last one to a paragraph below the table.
function leaveCell(state, dispatch) {
  if (!isInTable(state)) return false;
  if (goToNextCell(1)(state, dispatch)) return true;
  const after = state.selection.$from.after(depthOf(state, nodes.table));
  if (dispatch) {
    const isLast = state.doc.resolve(after).nodeAfter === null;
    const tr = isLast ? state.tr.insert(after, nodes.paragraph.create()) : state.tr;
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(after), 1)).scrollIntoView());
  }
  return true;
}

const outside = (command) => (state, dispatch) => !isInTable(state) && command(state, dispatch);

export const bold = { run: toggleMark(marks.strong), isOn: hasMark(marks.strong) };
export const italic = { run: toggleMark(marks.em), isOn: hasMark(marks.em) };
export const link = { isOn: hasMark(marks.link) };
export const bullets = { run: outside(toggleList(nodes.bullet_list)), isOn: isIn(nodes.bullet_list) };
export const numbers = { run: outside(toggleList(nodes.ordered_list)), isOn: isIn(nodes.ordered_list) };
export const quote = { run: outside(toggleQuote), isOn: isIn(nodes.blockquote) };
export const indent = { run: sink };
export const outdent = { run: liftListItem(nodes.list_item) };
export const table = { run: insertTable };
export const undoing = { run: undo, isOff: (state) => undoDepth(state) === 0 };
export const redoing = { run: redo, isOff: (state) => redoDepth(state) === 0 };
export const ofTables = {
  "Row above": addRowBefore,
  "Row below": addRowAfter,
  "Column before": addColumnBefore,
  "Column after": addColumnAfter,
  "Delete row": deleteRow,
  "Delete column": deleteColumn,
  "Delete table": deleteTable,
};
export { inList, isInTable };

// Returns whether the cursor is in nothing that can become the heading of a section.
export function isNoHeading({ selection: { $from } }) {
  return $from.depth !== 1 || $from.parent.type !== nodes.paragraph || !$from.parent.textContent.trim();
}

export function keys(more) {
  const list = nodes.list_item;
  return keymap({
    ...more,
    "Mod-b": bold.run,
    "Mod-i": italic.run,
    "Mod-z": undo,
    "Mod-y": redo,
    "Shift-Mod-z": redo,
    "Shift-Mod-7": numbers.run,
    "Shift-Mod-8": bullets.run,
    "Shift-Mod-9": quote.run,
    "Mod-]": sink,
    "Mod-[": liftListItem(list),
    "Shift-Enter": breakLine,
    Tab: goToNextCell(1),
    "Shift-Tab": goToNextCell(-1),
    Enter: chainCommands(leaveCell, splitListItem(list)),
    Backspace: undoInputRule,
  });
}

export const baseKeys = keymap(baseKeymap);

// Typed at the start of a paragraph: "- " begins a list, "1. " a numbered one, "> " a quote.
export const typedMarks = inputRules({
  rules: [
    wrappingInputRule(/^[-+*] $/, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,2})[.)] $/, nodes.ordered_list, ([, number]) => ({ order: Number(number) })),
    wrappingInputRule(/^> $/, nodes.blockquote),
  ],
});
