"""Residences and their spots as one table, in CSV or XLSX: read, compared, written, exported back the same."""
