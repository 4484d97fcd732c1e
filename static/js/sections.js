// Adds buttons and handles that move a section of a release's form.
import { orderRows } from "./ordered_rows.js";

orderRows("sections", "place");
