"""What was promised: conventions and their versions, commitments, calendars, escalation steps, the nomenclature."""
