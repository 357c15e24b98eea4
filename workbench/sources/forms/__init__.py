"""Forms: files whose headers are the columns of one canonical fact table, such as suppliers or purchase orders."""

from workbench.sources.forms.files import BY_HAND, write, write_templates
from workbench.sources.forms.prefilled import rows as prefilled
from workbench.sources.forms.reader import candidates, form, header, report

__all__ = ["BY_HAND", "candidates", "form", "header", "prefilled", "report", "write", "write_templates"]
