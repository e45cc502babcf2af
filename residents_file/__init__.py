"""A file of residents as a clerk has it: what its bytes, sheets, columns and cells mean."""

from residents_file.kind import opened
from residents_file.reading import Layout, Residents, layout, read, residents, write_refused

__all__ = ["Layout", "Residents", "layout", "opened", "read", "residents", "write_refused"]
