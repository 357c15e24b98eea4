"""Raw report -> canonical tables; one report type a module."""

from workbench.sources.answer import Answer, Context
from workbench.sources.forms import write_templates as write_forms
from workbench.sources.mapped import offered, still_open
from workbench.sources.peek import columns
from workbench.sources.personal import write_copy
from workbench.sources.reading.block import Sheet
from workbench.sources.reading.container import Member, is_archive, members
from workbench.sources.recognition import Reader, parse, recognise, refusal
from workbench.sources.report import Parsed

__all__ = [
    "Answer",
    "Context",
    "Member",
    "Parsed",
    "Reader",
    "Sheet",
    "columns",
    "is_archive",
    "members",
    "offered",
    "parse",
    "recognise",
    "refusal",
    "still_open",
    "write_copy",
    "write_forms",
]
