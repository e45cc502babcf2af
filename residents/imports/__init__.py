"""Files of residents into the store, and out of it again: each import, preview and undo is a job."""
