// What static/js/editor/ imports; build.js bundles it into static/vendor/editor/editor.js.
export { default as MarkdownIt } from "markdown-it";
export {
  baseKeymap, chainCommands, exitCode, lift, selectParentNode, toggleMark, wrapIn,
} from "prosemirror-commands";
export { gapCursor } from "prosemirror-gapcursor";
export { history, isHistoryTransaction, redo, redoDepth, undo, undoDepth } from "prosemirror-history";
export { inputRules, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
export { keymap } from "prosemirror-keymap";
export { DOMParser, Fragment, Schema, Slice } from "prosemirror-model";
export {
  liftListItem, sinkListItem, splitListItem, wrapInList,
} from "prosemirror-schema-list";
export { EditorState, NodeSelection, Plugin, Selection, TextSelection } from "prosemirror-state";
export {
  addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable,
  goToNextCell, isInTable, tableEditing, tableNodes,
} from "prosemirror-tables";
export { canJoin } from "prosemirror-transform";
export { EditorView } from "prosemirror-view";
