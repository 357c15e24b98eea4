"""Raw report -> canonical tables; one report type a module."""

from workbench.sources.answer import Answer, Context, Fault, Note
from workbench.sources.forms import write_templates as write_forms
from workbench.sources.lookup import with_skus
from workbench.sources.reading.container import Member, is_archive, members
from workbench.sources.recognition import Reader, parse, recognise, refusal
from workbench.sources.report import Parsed

__all__ = [
    "Answer",
    "Context",
    "Fault",
    "Member",
    "Note",
    "Parsed",
    "Reader",
    "is_archive",
    "members",
    "parse",
    "recognise",
    "refusal",
    "with_skus",
    "write_forms",
]
