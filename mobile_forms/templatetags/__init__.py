"""What the public templates are written with."""
