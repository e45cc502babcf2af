"""A file of residents as a clerk has it: what its bytes, sheets, columns and cells mean."""

from residents.files.kind import opened
from residents.files.reading import Layout, Pass, ResidentsRead, layout, read, residents, write_refused

__all__ = ["Layout", "Pass", "ResidentsRead", "layout", "opened", "read", "residents", "write_refused"]
