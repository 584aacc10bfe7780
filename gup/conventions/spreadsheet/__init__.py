"""A convention as a workbook: read, checked, compared, written as a project, and given back the same."""
