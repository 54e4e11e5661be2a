// A work's form keeps itself, and its files are sent with their progress in words. Without this module the buttons do.
// Enter in a field saves the draft: the first button of the form, which nobody sees, does that.

import { start } from "../core/autosave.js";

const form = document.querySelector("form[data-autosave]");
if (form?.dataset.autosave) start(form);
document.getElementById("faults")?.focus();
