"""Forms: files whose headers are the columns of one canonical fact table, such as suppliers or purchase orders."""

from workbench.sources.forms.contents import rows
from workbench.sources.forms.files import BY_HAND, write, write_templates
from workbench.sources.forms.reader import candidates, form, header, report

__all__ = ["BY_HAND", "candidates", "form", "header", "report", "rows", "write", "write_templates"]
