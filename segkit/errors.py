"""What can go wrong, as one tree.

::

    SegkitError
    ├── InputError (also ValueError)      the user's file, folder or setting is at fault
    │   ├── MissingColumnError            a column that is needed is not there
    │   ├── BadValueError                 a cell or setting holds what cannot be used
    │   ├── UnsupportedFormatError        this kind of file cannot answer the question
    │   └── FlowError                     a flow cannot be exported as it stands
    ├── NotEnoughDataError (also ValueError)   too few customers, orders or columns for what was asked
    ├── IncompleteReportError             a report lacks something the assignment asks for
    └── RenderError                       a notebook or page could not be made

Every message is one sentence: what, where, the value, and the way out.
"""

from __future__ import annotations


class SegkitError(Exception):
    """Base of everything segkit raises on purpose."""


class InputError(SegkitError, ValueError):
    """The user's file, folder or setting is at fault.

    Parameters
    ----------
    message : str
        One sentence with the way out.
    path : str, optional
        The file at fault, as the user wrote it.
    column : str, optional
        The column at fault.
    rows : tuple of int, optional
        Row numbers as the file shows them (header is row 1).
    """

    def __init__(self, message: str, *, path: str = "", column: str = "", rows: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path
        self.column = column
        self.rows = rows


class MissingColumnError(InputError):
    """A column that is needed is not there."""


class BadValueError(InputError):
    """A cell or a setting holds a value that cannot be used."""


class UnsupportedFormatError(InputError):
    """A kind of file that cannot answer the question, whatever its content."""


class FlowError(InputError):
    """A flow that cannot be exported as it stands.

    Parameters
    ----------
    message : str
        One sentence with the way out.
    flow_id, node : str, optional
        The flow and the node at fault.
    """

    def __init__(self, message: str, *, flow_id: str = "", node: str = "") -> None:
        super().__init__(message)
        self.flow_id = flow_id
        self.node = node


class NotEnoughDataError(SegkitError, ValueError):
    """Too few customers, orders or columns for what was asked."""


class IncompleteReportError(SegkitError):
    """A report lacks something that the assignment asks for."""


class RenderError(SegkitError):
    """A notebook run or a page failed.

    Parameters
    ----------
    message : str
        One sentence with the way out.
    company, notebook : str, optional
        Whose report, and which notebook.
    cell : int, optional
        Position of the failed cell, counted from 1.
    """

    def __init__(self, message: str, *, company: str = "", notebook: str = "", cell: int = 0) -> None:
        super().__init__(message)
        self.company = company
        self.notebook = notebook
        self.cell = cell
